import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanSampling } from '../sampling-of.ts';
import type { ComputedTags } from './computed-tags.ts';
import type { Key } from './keys.ts';
import type { TagWriter } from './tag-writer.ts';
import type { TraceHead } from './trace-head.ts';

/** More names of spans than this are not remembered at once. */
const MAX_NAMES = 64;

/** Spans with more attributes are not remembered. */
const MAX_ATTRIBUTES = 64;

/** What is written for an attribute, if its value may be another one without changing anything else. */
export const PLACE = { fixed: 0, text: 1, metric: 2 } as const;

/**
 * A span as it was written, for one that is like it: the next span of the same name, frame and
 * attribute names copies its bytes, and what differs is written anew in between. Only for spans
 * without events and links, whose attributes are strings, numbers and booleans.
 */
export class SpanMemo {
  /** Number of the payload it is in; in another one everything here is void. */
  payload = -1;
  start = 0;
  length = 0;
  resource: Resource | undefined;
  sampling: SpanSampling | undefined;
  headBytes = 0;
  kind = 0;
  isEntry = false;
  statusMessage: string | undefined;
  /** What the trace state says, and where it is written, from the start of the span. */
  state = '';
  rate: number | undefined;
  stateStart = 0;
  stateEnd = 0;
  /** By attribute: name, value, a {@link PLACE}, where it is written from the start of the span, and its key. */
  readonly names: string[] = [];
  readonly values: unknown[] = [];
  readonly places: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly keys: Key[] = [];

  /** True for a span of the same resource and about the same trace, apart from its ids, times and attributes. */
  fits(span: ReadableSpan, head: TraceHead, payload: number): boolean {
    return (
      this.payload === payload &&
      this.resource === span.resource &&
      this.isEntry === isEntry(span) &&
      this.headBytes === head.tags.length &&
      this.kind === span.kind &&
      this.statusMessage === span.status.message &&
      isPlain(span) &&
      isSame(this.sampling, head.sampling)
    );
  }

  /** Forgets what it knows and begins to remember another span. */
  begin(span: ReadableSpan, head: TraceHead, start: number): void {
    this.payload = -1;
    this.start = start;
    this.resource = span.resource;
    this.sampling = head.sampling;
    this.headBytes = head.tags.length;
    this.kind = span.kind;
    this.isEntry = isEntry(span);
    this.statusMessage = span.status.message;
    this.names.length = 0;
    this.values.length = 0;
  }

  /**
   * Remembers an attribute that has a place of its own, from `start` to `end` of the span, or is fixed.
   *
   * @param key under which it is written
   * @param start of a metric: which one it is
   */
  add(key: Key, name: string, value: unknown, place: number, start: number, end: number): void {
    const index = this.names.length;
    this.names.push(name);
    this.values.push(value);
    this.places[index] = place;
    this.starts[index] = start;
    this.ends[index] = end;
    this.keys[index] = key;
  }

  /** The span is written: from now on it can be copied, if nothing speaks against it. */
  complete(tags: TagWriter, { stateText, stateRate, stateStart, stateEnd }: ComputedTags): void {
    const { start, places, starts, ends, names, values } = this;
    this.length = tags.position - start;
    this.state = stateText;
    this.rate = stateRate;
    this.stateStart = stateText ? stateStart - start : 0;
    this.stateEnd = stateText ? stateEnd - start : 0;
    for (let index = 0; index < names.length; index++) {
      if (places[index] !== PLACE.metric) continue;
      // Until now only its number among the metrics was known.
      const number = starts[index] as number;
      starts[index] = tags.metricAt(number) - start;
      ends[index] = tags.metricAt(number + 1) - start;
    }
    const isKnown = names.length <= MAX_ATTRIBUTES && values.every((value) => typeof value !== 'object');
    this.payload = isKnown ? tags.payload : -1;
  }
}

/** The memos of one frame, by the name of the span and whether it is the first of its chunk. */
export class SpanMemos {
  private readonly first = new Map<string, SpanMemo | undefined>();
  private readonly other = new Map<string, SpanMemo | undefined>();

  /** Undefined for a name that is seen the first time: it may be the last time, too. */
  of({ name }: ReadableSpan, isFirst: boolean): SpanMemo | undefined {
    const memos = isFirst ? this.first : this.other;
    const memo = memos.get(name);
    if (memo) return memo;
    const isSeen = memos.has(name);
    if (!isSeen && memos.size >= MAX_NAMES) memos.clear();
    const fresh = isSeen ? new SpanMemo() : undefined;
    memos.set(name, fresh);
    return fresh;
  }
}

/** True if a span can be remembered or written from memory. */
export function isPlain({ events, links }: ReadableSpan): boolean {
  return events.length === 0 && links.length === 0;
}

function isEntry({ parentSpanContext }: ReadableSpan): boolean {
  return !parentSpanContext || parentSpanContext.isRemote === true;
}

/** True if two traces were decided alike. */
function isSame(one: SpanSampling | undefined, other: SpanSampling): boolean {
  return (
    one === other ||
    (one !== undefined &&
      one.priority === other.priority &&
      one.decisionMaker === other.decisionMaker &&
      one.origin === other.origin &&
      one.tags === other.tags &&
      one.lastParentId === other.lastParentId &&
      one.parentless === other.parentless)
  );
}
