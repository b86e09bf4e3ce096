import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ComputedTags } from './computed-tags.ts';
import type { Key } from './keys.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';
import { PLACE, type SpanMemo } from './span-memo.ts';
import type { TagWriter } from './tag-writer.ts';
import { META_TAGS, type TraceHead } from './trace-head.ts';

/** Writes spans by copying one that is alike and writing anew only what differs. */
export class SpanCopier {
  /** Indexes of the attributes that differ; used again for every span. */
  private readonly changed: number[] = [];
  private readonly now: unknown[] = [];
  private count = 0;
  private isStateChanged = false;

  constructor(
    private readonly writer: MsgpackWriter,
    private readonly tags: TagWriter,
    private readonly computed: ComputedTags,
  ) {}

  /**
   * Writes a span that {@link SpanMemo.fits}, apart from ids and times. False, with nothing written, if
   * it differs in something that other tags follow from.
   */
  write(span: ReadableSpan, head: TraceHead, memo: SpanMemo): boolean {
    if (!this.compareState(span, memo) || !this.compareAttributes(span, memo)) return false;
    const { writer } = this;
    const { start } = memo;
    const at = writer.position;
    // Texts come first, then the trace state, then numbers: the order in which they are written.
    let from = this.rewrite(memo, PLACE.text, start);
    if (this.isStateChanged) {
      writer.copyWithin(from, start + memo.stateStart);
      this.computed.writeState();
      from = start + memo.stateEnd;
    }
    from = this.rewrite(memo, PLACE.metric, from);
    writer.copyWithin(from, start + memo.length);
    writer.overwrite(at + head.template.length + META_TAGS, head.tags);
    return true;
  }

  /** Copies up to each attribute of a kind that differs, and writes that one; returns from where it goes on. */
  private rewrite(memo: SpanMemo, place: number, begin: number): number {
    const { writer, tags, changed, now, count } = this;
    const { start, places, starts, ends, keys } = memo;
    let from = begin;
    for (let index = 0; index < count; index++) {
      const at = changed[index] as number;
      if (places[at] !== place) continue;
      writer.copyWithin(from, start + (starts[at] as number));
      const key = keys[at] as Key;
      const value = now[index];
      if (typeof value === 'number') tags.numberEntry(key, value);
      else tags.entry(key, String(value));
      from = start + (ends[at] as number);
    }
    return from;
  }

  private compareState(span: ReadableSpan, memo: SpanMemo): boolean {
    const { computed } = this;
    computed.readState(span.spanContext().traceState);
    this.isStateChanged = computed.stateText !== memo.state;
    if (computed.stateRate !== memo.rate) return false;
    return !this.isStateChanged || (computed.stateText !== '' && memo.stateEnd > 0);
  }

  private compareAttributes({ attributes }: ReadableSpan, { names, values, places }: SpanMemo): boolean {
    const { changed, now } = this;
    let count = 0;
    let index = 0;
    for (const name in attributes) {
      if (names[index] !== name) return false;
      const value: unknown = attributes[name];
      if (!Object.is(value, values[index])) {
        if (typeof value !== typeof values[index] || places[index] === PLACE.fixed) return false;
        if (typeof value === 'number' && !Number.isFinite(value)) return false;
        changed[count] = index;
        now[count] = value;
        count++;
      }
      index++;
    }
    this.count = count;
    return index === names.length;
  }
}
