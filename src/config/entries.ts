import { nearest, type Report } from '../core/index.ts';

/** The value at one key: a single text, a list of texts or a map of texts. */
export type Leaf =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: string])[] };

/** One setting of a configuration document. */
export interface Entry {
  /** Dotted path without the root key, e.g. `exporter.otlp.endpoint`. */
  readonly path: string;
  readonly leaf: Leaf;
  /** How problems name it, e.g. `signalbox.yaml:7 exporter.otlp.endpoint`. */
  readonly source: string;
}

/** A node of a document, opened one level deep. */
export type Opened<N> =
  | { readonly kind: 'empty' }
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly N[] }
  | { readonly kind: 'map'; readonly entries: readonly Member<N>[] }
  | { readonly kind: 'broken'; readonly problem: string };

/** A key of a map, with its value. */
export interface Member<N> {
  readonly key: string;
  readonly value: N;
  /** How problems name the key with this path. */
  source(path: string): string;
}

/** Opens a node; `source` names the place of the setting it belongs to. */
export type Open<N> = (node: N, source: string) => Opened<N>;

/** Root keys under which everything may be nested, so that one file can serve several readers. */
const ROOTS = ['opentelemetry', 'signalbox'];

/** The dotted paths that are settings, and the sections on the way to them. */
export class KnownPaths {
  readonly settings: ReadonlySet<string>;
  readonly sections: ReadonlySet<string>;
  /** What was met and is none of them. */
  readonly unknown: string[] = [];

  constructor(settings: Iterable<string>) {
    this.settings = new Set(settings);
    this.sections = new Set([...this.settings].flatMap(sectionsOf));
  }

  /** The keys directly below a section; `''` is the top. */
  keysOf(section: string): string[] {
    const prefix = section === '' ? '' : `${section}.`;
    const below = [...this.settings, ...this.sections].filter((path) => path.startsWith(prefix));
    return [...new Set(below.map((path) => path.slice(prefix.length).split('.')[0] as string))];
  }

  /** The path meant by an unknown one: a slip among its neighbours, or the same key elsewhere. */
  meantBy(path: string): string | undefined {
    const cut = path.lastIndexOf('.');
    const section = path.slice(0, Math.max(cut, 0));
    const key = path.slice(cut + 1);
    const neighbour = nearest(key, this.keysOf(section), Math.max(1, Math.floor(key.length / 3)));
    if (neighbour) return section === '' ? neighbour : `${section}.${neighbour}`;
    return [...this.sections, ...this.settings].find((known) => known.endsWith(`.${key}`));
  }
}

/** `a.b.c` → `a`, `a.b`. */
function sectionsOf(path: string): string[] {
  const keys = path.split('.');
  return keys.slice(1).map((_, index) => keys.slice(0, index + 1).join('.'));
}

/**
 * Collects the settings of a document. Goes down only where settings are, so its work is bounded by
 * the settings and not by the document. Keys that are no setting are reported, an unknown section once.
 */
export function collectEntries<N>(root: N, open: Open<N>, known: KnownPaths, report: Report): Entry[] {
  const entries: Entry[] = [];

  const visit = (path: string, member: Member<N>): void => {
    const source = member.source(path);
    const opened = open(member.value, source);
    const isSection = known.sections.has(path);
    if (opened.kind === 'empty') {
      if (!isSection && !known.settings.has(path)) reportUnknown(path, source);
    } else if (opened.kind === 'broken') {
      report({ code: 'CFG001', source, message: opened.problem, used: 'ignoring it' });
    } else if (isSection && opened.kind === 'map') {
      for (const child of opened.entries) visit(`${path}.${child.key}`, child);
    } else if (known.settings.has(path)) {
      const leaf = leafOf(opened, open, source);
      if (typeof leaf !== 'string') entries.push({ path, leaf, source });
      else report({ code: 'CFG001', source, message: leaf, used: 'ignoring it' });
    } else if (isSection) {
      reportNoSection(path, source);
    } else {
      reportUnknown(path, source);
    }
  };

  const reportNoSection = (path: string, source: string): void => {
    const expected = `the keys ${known.keysOf(path).join(', ')}`;
    report({ code: 'CFG001', source, message: 'is not a map', expected, used: 'ignoring it' });
  };

  const reportUnknown = (path: string, source: string): void => {
    const didYouMean = known.meantBy(path);
    known.unknown.push(path);
    report({
      code: 'CFG007',
      source,
      message: 'is not a known key',
      ...(didYouMean ? { didYouMean } : {}),
      used: 'ignoring it',
    });
  };

  const top = open(root, '');
  for (const member of top.kind === 'map' ? top.entries : []) {
    const opened = ROOTS.includes(member.key) ? open(member.value, member.source(member.key)) : undefined;
    if (opened?.kind === 'map') for (const child of opened.entries) visit(child.key, child);
    else if (opened?.kind !== 'empty') visit(member.key, member);
  }
  return entries;
}

/** The value at a setting, or what is wrong with its shape. */
function leafOf<N>(
  opened: Exclude<Opened<N>, { kind: 'empty' | 'broken' }>,
  open: Open<N>,
  source: string,
): Leaf | string {
  if (opened.kind === 'scalar') return opened;
  const texts: string[] = [];
  for (const node of opened.kind === 'list' ? opened.items : opened.entries.map(({ value }) => value)) {
    const item = open(node, source);
    if (item.kind === 'broken') return item.problem;
    if (item.kind === 'list' || item.kind === 'map') return `has a ${item.kind} inside, not single values`;
    texts.push(item.kind === 'scalar' ? item.text : '');
  }
  if (opened.kind === 'list') return { kind: 'list', items: texts };
  const entries = opened.entries.map(({ key }, index) => [key, texts[index] as string] as const);
  return { kind: 'map', entries };
}
