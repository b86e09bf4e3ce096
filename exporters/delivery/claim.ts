import type { Hold } from './spool/index.ts';

/**
 * What is on disk of a batch in memory. Shared by the parts that the batch may be split into: only
 * when all of them are through with, the disk is told.
 */
export class Claim {
  private open: number;

  /** @param items of the batch; those that are not on disk included */
  constructor(
    readonly holds: readonly Hold[],
    private readonly items: number,
  ) {
    this.open = items;
  }

  /** True if these items are all of it, none of them is through with, and all are on disk. */
  isWhole(items: number): boolean {
    if (items !== this.items || this.open !== this.items) return false;
    let held = 0;
    for (const hold of this.holds) held += hold.items;
    return held === this.items;
  }

  /** So many items are through with. True if they were the last. */
  finish(items: number): boolean {
    this.open -= items;
    return this.open <= 0;
  }
}
