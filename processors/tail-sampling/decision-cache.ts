import type { SegmentVerdict } from '../../src/core/index.ts';

/** The last decisions by trace id, for spans that carry none. The oldest go first. */
export class DecisionCache {
  private readonly verdicts = new Map<string, SegmentVerdict>();
  /** Goes on where it stopped: one begun anew would step over the holes of all that are gone. */
  private readonly oldest = this.verdicts.keys();

  constructor(private readonly capacity: number) {}

  get(traceId: string): SegmentVerdict | undefined {
    return this.verdicts.get(traceId);
  }

  set(traceId: string, verdict: SegmentVerdict): void {
    if (this.capacity === 0) return;
    this.verdicts.delete(traceId);
    if (this.verdicts.size >= this.capacity) {
      const oldest = this.oldest.next();
      if (!oldest.done) this.verdicts.delete(oldest.value);
    }
    this.verdicts.set(traceId, verdict);
  }
}
