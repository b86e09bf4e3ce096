import type { Hold } from './segment.ts';

/** The same stretches, neighbours as one. */
export function mergeHolds(holds: readonly Hold[]): Hold[] {
  const merged: Hold[] = [];
  for (const hold of holds) {
    const last = merged.at(-1);
    if (last && last.segment === hold.segment && last.to === hold.from) {
      merged[merged.length - 1] = { ...last, to: hold.to, items: last.items + hold.items };
    } else merged.push(hold);
  }
  return merged;
}
