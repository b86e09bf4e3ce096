import type { Report } from '../core/index.ts';
import { collectEntries, type Entry, type KnownPaths, type Opened } from './entries.ts';

/** A plain object of options, as given to `start({ config })`: the same keys as in the YAML file. */
export interface ConfigTree {
  readonly [key: string]: ConfigValue | undefined;
}

/** A value of a {@link ConfigTree}. */
export type ConfigValue = string | number | boolean | null | readonly (string | number)[] | ConfigTree;

/** The settings of options given in code; the same paths as in the file. */
export function readTree(tree: ConfigTree, known: KnownPaths, report: Report): Entry[] {
  return collectEntries<unknown>(tree, open, known, report);
}

const SCALARS = ['string', 'number', 'bigint', 'boolean'];

function open(node: unknown): Opened<unknown> {
  if (node === undefined || node === null) return { kind: 'empty' };
  if (SCALARS.includes(typeof node)) {
    const text = String(node).trim();
    return text === '' ? { kind: 'empty' } : { kind: 'scalar', text };
  }
  if (Array.isArray(node)) return { kind: 'list', items: node };
  if (typeof node !== 'object') return { kind: 'broken', problem: `is a ${typeof node}, not a value` };
  const entries = Object.keys(node).map((key) => ({
    key,
    value: Reflect.get(node, key) as unknown,
    source: (path: string) => `start() option ${path}`,
  }));
  return { kind: 'map', entries };
}
