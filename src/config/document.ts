import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Report } from '../core/index.ts';

/** A leaf of a configuration document: a scalar, a list of scalars or a map of scalars. */
export type Leaf = string | readonly string[] | readonly (readonly [string, string])[];

/** One key of a configuration document. */
export interface Entry {
  /** Dotted path without the root key, e.g. `exporter.otlp.endpoint`. */
  readonly path: string;
  readonly leaf: Leaf;
  /** How problems name it, e.g. `signalbox.yaml:7 exporter.otlp.endpoint`. */
  readonly source: string;
}

/** Root keys under which everything may be nested, so that one file can serve several readers. */
const ROOTS = ['opentelemetry', 'signalbox'];

/**
 * Reads a YAML configuration file into its entries, after `${NAME}` and `${NAME:-default}`
 * substitution (`$$` is a dollar sign) in values, never in keys.
 * Source: OpenTelemetry specification, "Declarative configuration", environment variable substitution.
 *
 * @param known the dotted paths that are settings; a map or list at such a path is one value
 * @param env where `${NAME}` is looked up
 */
export function readYaml(
  text: string,
  file: string,
  known: ReadonlySet<string>,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = `is not valid YAML: ${error.message.split('\n')[0]?.replace(/ at line.*$/, '')}`;
    report({ code: 'CFG006', source: `${file}:${line}:${col}`, message, used: 'ignoring the file' });
    return [];
  }
  const walker = new YamlWalker(file, known, lines, env, report);
  walker.walk(document.contents, []);
  return walker.entries;
}

class YamlWalker {
  readonly entries: Entry[] = [];

  constructor(
    private readonly file: string,
    private readonly known: ReadonlySet<string>,
    private readonly lines: LineCounter,
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly report: Report,
  ) {}

  walk(node: unknown, path: readonly string[]): void {
    const dotted = path.join('.');
    if (this.known.has(dotted)) {
      const leaf = this.leafOf(node as Node | null, dotted);
      if (leaf !== undefined) this.add(dotted, leaf, node);
      return;
    }
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        const isRoot = path.length === 0 && ROOTS.includes(name) && isMap(value);
        this.walk(value ?? key, isRoot ? [] : [...path, name]);
      }
    } else if (path.length > 0 || node !== null) {
      this.add(dotted, this.leafOf(node as Node | null, dotted) ?? '', node);
    }
  }

  private add(path: string, leaf: Leaf, node: unknown): void {
    this.entries.push({ path, leaf, source: this.sourceOf(node, path) });
  }

  private leafOf(node: Node | null, path: string): Leaf | undefined {
    if (isSeq(node)) return node.items.map((item) => this.scalar(item, path));
    if (isMap(node)) {
      return node.items.map(({ key, value }) => [this.scalar(key, path), this.scalar(value, path)] as const);
    }
    const value = this.scalar(node, path);
    return value === '' ? undefined : value;
  }

  private scalar(node: unknown, path: string): string {
    if (!isScalar(node)) return node == null ? '' : String(node);
    const { value, source } = node;
    if (value === null || value === undefined) return '';
    if (typeof value !== 'string') return source ?? String(value);
    return substitute(value, this.env, (name) =>
      this.report({
        code: 'CFG008',
        source: this.sourceOf(node, path),
        message: `\${${name}} is used, but ${name} is not set`,
        expected: `the variable ${name}, or \${${name}:-default}`,
        used: 'using an empty value',
      }),
    ).trim();
  }

  private sourceOf(node: unknown, path: string): string {
    const offset = (node as Node | null)?.range?.[0];
    const line = offset === undefined ? '' : `:${this.lines.linePos(offset).line}`;
    return `${this.file}${line} ${path}`;
  }
}

const REFERENCE = /\$\$|\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}\n]*))?\}/g;

function substitute(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  onMissing: (name: string) => void,
): string {
  return text.replace(REFERENCE, (match, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return match === '$$' ? '$' : match;
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined) onMissing(name);
    return fallback ?? '';
  });
}

/** A plain object of options, as given to `start({ config })`. */
export interface ConfigTree {
  readonly [key: string]: ConfigValue | undefined;
}

/** A value of a {@link ConfigTree}. */
export type ConfigValue = string | number | boolean | null | readonly (string | number)[] | ConfigTree;

/** The entries of options given in code; the same paths as in the file. */
export function readTree(tree: ConfigTree, known: ReadonlySet<string>): Entry[] {
  const entries: Entry[] = [];
  const walk = (value: ConfigValue | undefined, path: readonly string[]): void => {
    if (value === undefined || value === null) return;
    const dotted = path.join('.');
    const source = `start() option ${dotted}`;
    if (Array.isArray(value)) {
      entries.push({ path: dotted, leaf: value.map(String), source });
    } else if (typeof value !== 'object') {
      entries.push({ path: dotted, leaf: String(value), source });
    } else if (known.has(dotted)) {
      entries.push({
        path: dotted,
        leaf: Object.entries(value).map(([k, v]) => [k, String(v)] as const),
        source,
      });
    } else {
      for (const [key, child] of Object.entries(value)) {
        const isRoot = path.length === 0 && ROOTS.includes(key);
        walk(child as ConfigValue, isRoot ? [] : [...path, key]);
      }
    }
  };
  walk(tree, []);
  return entries;
}
