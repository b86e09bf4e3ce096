import type * as Yaml from 'yaml';
import { errorMessage, loadModule, type Problem, type Report } from '../core/index.ts';
import { collectEntries, type Entry, type KnownPaths, type Opened } from './entries.ts';
import type { Environment } from './reader.ts';
import { substitute } from './substitute.ts';

/** A configuration file that was read from disk. */
export interface ConfigFile {
  /** As the user wrote it; shown in problems. */
  readonly name: string;
  readonly text: string;
}

/** Characters of a file, and aliases in it: more than any configuration has, few enough to be quick. */
const MAX_LENGTH = 1_048_576;
const MAX_ALIASES = 100;

/**
 * Reads a YAML configuration file into its settings, after `${NAME}`, `${env:NAME}` and
 * `${NAME:-default}` substitution (`$$` is a dollar sign) in values, never in keys.
 * A file with a mistake in its grammar is reported in one line and ignored.
 * Source: OpenTelemetry specification, "Declarative configuration", environment variable substitution.
 *
 * @param env where `${NAME}` is looked up
 */
export function readYaml(file: ConfigFile, known: KnownPaths, env: Environment, report: Report): Entry[] {
  const refuse = (problem: Pick<Problem, 'code' | 'message'>, at = ''): Entry[] => {
    report({ ...problem, source: `${file.name}${at}`, used: 'ignoring the file' });
    return [];
  };
  if (file.text.length > MAX_LENGTH) return refuse({ code: 'CFG005', message: 'is larger than 1 MiB' });
  let yaml: typeof Yaml;
  try {
    // Only with a file: many applications have none, and it takes time to load.
    yaml = loadModule('yaml');
  } catch (error) {
    return refuse({ code: 'CFG005', message: `cannot be parsed: ${errorMessage(error)}` });
  }
  const lines = new yaml.LineCounter();
  let document: Yaml.Document.Parsed;
  try {
    document = yaml.parseDocument(file.text, { lineCounter: lines, logLevel: 'error' });
  } catch {
    return refuse({ code: 'CFG006', message: 'is not valid YAML: it is nested too deeply' });
  }
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    return refuse({ code: 'CFG006', message: describeError(error) }, `:${line}:${col}`);
  }
  const { contents } = document;
  if (contents === null || (yaml.isScalar(contents) && contents.value === null)) return [];
  if (!yaml.isMap(contents)) return refuse({ code: 'CFG006', message: 'is not a map of settings' });
  const open = new YamlOpener(yaml, file.name, document, lines, env, report);
  return collectEntries<Yaml.ParsedNode | null>(contents, open.open, known, report);
}

/** In words of our own, since those of the parser quote the file, which may hold secrets. */
const ERRORS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  TAB_AS_INDENT: 'a tab is used for indentation',
  DUPLICATE_KEY: 'a key appears twice in one map',
  MISSING_CHAR: 'a character is missing, such as a closing quote, a bracket or the blank after a colon',
  MULTIPLE_DOCS: 'there is more than one document in the file',
  BLOCK_AS_IMPLICIT_KEY: 'a map begins in the middle of a line',
  BAD_ALIAS: 'an alias is wrong',
  BAD_DQ_ESCAPE: 'an escape sequence between double quotes is wrong',
  BAD_SCALAR_START: 'a value begins with a character that must be quoted',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  UNEXPECTED_TOKEN: 'there is something that does not belong there',
};

function describeError({ code }: Yaml.YAMLParseError): string {
  const words = ERRORS[code] ?? code.toLowerCase().replaceAll('_', ' ');
  return `is not valid YAML: ${words}`;
}

class YamlOpener {
  private aliases = 0;
  private readonly missing = new Set<string>();

  constructor(
    private readonly yaml: typeof Yaml,
    private readonly file: string,
    private readonly document: Yaml.Document.Parsed,
    private readonly lines: Yaml.LineCounter,
    private readonly env: Environment,
    private readonly report: Report,
  ) {}

  readonly open = (node: Yaml.ParsedNode | null, source: string): Opened<Yaml.ParsedNode | null> => {
    if (node === null) return { kind: 'empty' };
    if (this.yaml.isAlias(node)) {
      const target = ++this.aliases > MAX_ALIASES ? undefined : node.resolve(this.document);
      if (target)
        return this.yaml.isAlias(target) ? { kind: 'empty' } : this.open(target as Yaml.ParsedNode, source);
      return { kind: 'broken', problem: 'uses an alias that cannot be resolved' };
    }
    if (this.yaml.isSeq(node)) return { kind: 'list', items: node.items };
    if (!this.yaml.isMap(node)) return this.scalar(node.value, node.source, source);
    const entries = node.items.map(({ key, value }) => ({
      key: String(this.yaml.isScalar(key) ? key.value : key),
      value,
      source: (path: string) => `${this.file}:${this.lineOf(key)} ${path}`,
    }));
    return { kind: 'map', entries };
  };

  private lineOf(node: Yaml.ParsedNode): number {
    return this.lines.linePos(node.range[0]).line;
  }

  private scalar(value: unknown, written: string, source: string): Opened<Yaml.ParsedNode | null> {
    if (value === null || value === undefined) return { kind: 'empty' };
    // As written, so that the version 1.10 does not become 1.1.
    if (typeof value !== 'string') return { kind: 'scalar', text: written };
    const { text, missing, malformed } = substitute(value, this.env);
    for (const name of missing) this.reportMissing(name, source);
    if (malformed) {
      const problem = `has a \${ that does not begin a reference such as \${NAME} or \${NAME:-default}`;
      return { kind: 'broken', problem };
    }
    return text.trim() === '' ? { kind: 'empty' } : { kind: 'scalar', text: text.trim() };
  }

  /** Each name once, where it is used first. */
  private reportMissing(name: string, source: string): void {
    if (this.missing.has(name)) return;
    this.missing.add(name);
    this.report({
      code: 'CFG008',
      source,
      message: `\${${name}} is used, but ${name} is not set`,
      expected: `the variable ${name}, or \${${name}:-default}`,
      used: 'using nothing in its place',
    });
  }
}
