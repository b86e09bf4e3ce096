import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Totals } from '../rules/compile-condition.ts';
import { isLlm, tokensOf, toMillis } from '../rules/span-facts.ts';

/** Duration, tokens and number of the ended spans of a segment. */
export class SegmentTotals implements Totals {
  duration = 0;
  tokens = 0;
  spans = 0;
  private earliest = Infinity;
  private latest = -Infinity;
  /** Tokens counted, by the id of the model call; only once there is one. */
  private counted: Map<string, number> | undefined;
  /** Ids of spans below which a model call was counted. */
  private parents: Set<string> | undefined;

  /** @param asked the numbers that some condition asks; the others are not counted */
  constructor(private readonly asked: { readonly duration: boolean; readonly tokens: boolean }) {}

  add(span: ReadableSpan): void {
    this.spans++;
    if (this.asked.duration) this.addTime(span);
    if (this.asked.tokens && isLlm(span.attributes)) this.addTokens(span);
  }

  private addTime({ startTime, endTime }: ReadableSpan): void {
    const start = toMillis(startTime);
    const end = toMillis(endTime);
    if (start < this.earliest) this.earliest = start;
    if (end > this.latest) this.latest = end;
    const duration = this.latest - this.earliest;
    if (duration > this.duration) this.duration = duration;
  }

  /** The segment has lasted this long and goes on. */
  age(milliseconds: number): void {
    this.duration = Math.max(this.duration, milliseconds);
  }

  /**
   * Wrappers around a model call often repeat its usage, so a call is counted only if no other
   * call is directly below it, in whichever order the two end.
   */
  private addTokens(span: ReadableSpan): void {
    this.counted ??= new Map();
    this.parents ??= new Set();
    const { spanId } = span.spanContext();
    const parentId = span.parentSpanContext?.spanId;
    if (parentId !== undefined) {
      this.tokens -= this.counted.get(parentId) ?? 0;
      this.counted.delete(parentId);
      this.parents.add(parentId);
    }
    if (this.parents.has(spanId)) return;
    const tokens = tokensOf(span.attributes);
    this.counted.set(spanId, tokens);
    this.tokens += tokens;
  }
}
