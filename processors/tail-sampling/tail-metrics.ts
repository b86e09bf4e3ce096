import type { Counters, SegmentVerdict } from '../../src/core/index.ts';

const KEPT = Object.freeze({ decision: 'keep' });
const DROPPED = Object.freeze({ decision: 'drop' });
/** Upper bounds of the classes of decision age, in milliseconds. */
const AGES = [10, 100, 1000, 5000, 30_000, 60_000];

/**
 * The numbers of the tail sampler: `signalbox.sampling.*`. What changes with every span is summed
 * up and handed on from time to time, because a counter costs more than the decision.
 */
export class TailMetrics {
  private readonly rules = new Map<string, { keep: Attributes; drop: Attributes }>();

  private isDirty = false;
  private kept = 0;
  private dropped = 0;
  private lateKept = 0;
  private lateDropped = 0;
  private spans = 0;
  private bytes = 0;

  /** @param onDirty called when there are sums to {@link flush}; one call until the next flush */
  constructor(
    private readonly counters: Counters,
    private readonly onDirty: () => void,
  ) {}

  /** A segment was decided, this many milliseconds after it started. */
  decided({ keep, rule }: SegmentVerdict, age: number): void {
    let known = this.rules.get(rule);
    if (!known) {
      known = { keep: { decision: 'keep', rule }, drop: { decision: 'drop', rule } };
      this.rules.set(rule, known);
    }
    this.counters.add('signalbox.sampling.traces', 1, keep ? known.keep : known.drop);
    const bound = AGES.find((upper) => age <= upper);
    this.counters.add('signalbox.sampling.decision.age', 1, {
      le: bound === undefined ? '+Inf' : `${bound}`,
    });
  }

  /** A segment had to be decided before it was complete. */
  forced(reason: string): void {
    this.counters.add('signalbox.sampling.forced', 1, { reason });
  }

  /** Spans were handed on, or not. */
  span(keep: boolean, count = 1): void {
    if (keep) this.kept += count;
    else this.dropped += count;
    this.touch();
  }

  /** A span ended after its segment was decided. */
  late(keep: boolean): void {
    if (keep) this.lateKept++;
    else this.lateDropped++;
    this.touch();
  }

  /** The buffer grew or shrank. */
  buffer(spans: number, bytes: number): void {
    this.spans += spans;
    this.bytes += bytes;
    this.touch();
  }

  /** Hands the sums on. */
  flush(): void {
    this.isDirty = false;
    this.add('signalbox.sampling.spans', this.kept, KEPT);
    this.add('signalbox.sampling.spans', this.dropped, DROPPED);
    this.add('signalbox.sampling.late_spans', this.lateKept, KEPT);
    this.add('signalbox.sampling.late_spans', this.lateDropped, DROPPED);
    this.add('signalbox.sampling.buffer.spans', this.spans);
    this.add('signalbox.sampling.buffer.bytes', this.bytes);
    this.kept = this.dropped = this.lateKept = this.lateDropped = this.spans = this.bytes = 0;
  }

  private add(name: string, value: number, attributes?: Attributes): void {
    if (value !== 0) this.counters.add(name, value, attributes);
  }

  private touch(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.onDirty();
  }
}

type Attributes = Readonly<Record<string, string>>;
