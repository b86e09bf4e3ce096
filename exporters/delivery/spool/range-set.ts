/** Ranges `[from, to)` of whole numbers; neighbours become one. */
export class RangeSet {
  private readonly ranges: [from: number, to: number][] = [];

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  add(from: number, to: number): void {
    if (from >= to) return;
    const last = this.ranges.at(-1);
    // Nearly always: the next one in the order of the file.
    if (last && last[1] === from) {
      last[1] = to;
      return;
    }
    const first = this.firstEndingAt(from);
    let behind = first;
    let low = from;
    let high = to;
    for (; behind < this.ranges.length; behind++) {
      const range = this.ranges[behind] as [number, number];
      if (range[0] > to) break;
      low = Math.min(low, range[0]);
      high = Math.max(high, range[1]);
    }
    this.ranges.splice(first, behind - first, [low, high]);
  }

  remove(from: number, to: number): void {
    const kept: [number, number][] = [];
    const first = this.firstEndingAt(from);
    let behind = first;
    for (; behind < this.ranges.length; behind++) {
      const [low, high] = this.ranges[behind] as [number, number];
      if (low >= to) break;
      if (low < from) kept.push([low, from]);
      if (high > to) kept.push([to, high]);
      if (high <= from) kept.push([low, high]);
    }
    this.ranges.splice(first, behind - first, ...kept.filter(([low, high]) => low < high));
  }

  /** Where the range that holds this number ends; undefined if none does. */
  endOf(at: number): number | undefined {
    const range = this.ranges[this.firstEndingAt(at + 1)];
    return range && range[0] <= at ? range[1] : undefined;
  }

  *[Symbol.iterator](): Generator<readonly [from: number, to: number]> {
    for (const range of this.ranges) yield range;
  }

  /** Index of the first range that ends at or behind this number. */
  private firstEndingAt(at: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle] as [number, number])[1] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
