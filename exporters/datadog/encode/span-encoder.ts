import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { serviceText } from '../map/identity.ts';
import { memoised, normaliseService } from '../map/normalise.ts';
import { operationName } from '../map/operation.ts';
import { type Naming, resourceName } from '../map/resource-name.ts';
import { GROUP, Slots } from '../map/slots.ts';
import { spanType } from '../map/type.ts';
import { ComputedTags } from './computed-tags.ts';
import { FIELD, type ScopeFrames, scopeFrames } from './constants.ts';
import { type Key, KeyTable } from './keys.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';
import { writeEvents, writeLinks } from './native.ts';
import { type ResourceRecord, resourceRecord, writeResource } from './resource-record.ts';
import { SpanCopier } from './span-copier.ts';
import { NO_PARENT, type SpanFrame } from './span-frame.ts';
import { isPlain, PLACE, type SpanMemo } from './span-memo.ts';
import { TagWriter } from './tag-writer.ts';
import { META_COUNT, OFFSET, type TraceHead } from './trace-head.ts';

/** What the Agent at the other end can take; the defaults suit every Agent. */
export interface AgentAbilities {
  /** Takes `span_events` and `span_links` as they are; else they go into `meta` as JSON. */
  readonly nativeEvents: boolean;
}

/** So many keys of a span are remembered for the next one. */
const MAX_EXPECTED = 64;

const YEAR_2000 = 946_684_800;

/** Writes spans as v0.4 span maps, without an object in between. */
export class SpanEncoder {
  private readonly keys = new KeyTable();
  private readonly slots = new Slots();
  private readonly tags: TagWriter;
  private readonly computed: ComputedTags;
  private readonly copier: SpanCopier;
  private readonly resources = new WeakMap<Resource, ResourceRecord>();
  private readonly scopes = new WeakMap<InstrumentationScope, ScopeFrames>();
  private readonly service = memoised(normaliseService);
  private lastResource: Resource | undefined;
  private lastRecord: ResourceRecord | undefined;
  private lastScope: InstrumentationScope | undefined;
  private lastFrames: ScopeFrames | undefined;
  abilities: AgentAbilities = { nativeEvents: false };

  /** @param now milliseconds since the epoch; for spans with an impossible start */
  constructor(
    private readonly writer: MsgpackWriter,
    pid: number,
    private readonly naming: Naming,
    private readonly now: () => number,
  ) {
    this.tags = new TagWriter(writer, this.keys, naming);
    this.computed = new ComputedTags(this.slots, this.tags, this.keys, pid);
    this.copier = new SpanCopier(writer, this.tags, this.computed);
  }

  /** Says that the payload buffer was rolled back or starts anew. */
  forget(): void {
    this.tags.forget();
  }

  /**
   * Writes one span.
   *
   * @param first true for the first span of a chunk, which carries the tags of the trace
   * @param parent the parent, if it is in the same chunk and its service matters
   */
  write(span: ReadableSpan, head: TraceHead, first: boolean, parent: ReadableSpan | undefined): void {
    const { writer } = this;
    const links = this.abilities.nativeEvents && span.links.length > 0;
    const events = this.abilities.nativeEvents && span.events.length > 0;
    const start = writer.position;
    const frame = this.frame(span);
    const memo = !parent && isPlain(span) ? frame.memos.of(span, first) : undefined;
    if (memo?.fits(span, head, this.tags.payload) && this.copier.write(span, head, memo)) {
      this.patchFields(span, head, start);
      return;
    }
    this.writeStart(span, head, frame);
    writer.patchByte(start, 0x80 | (12 + (links ? 1 : 0) + (events ? 1 : 0)));
    memo?.begin(span, head, start);
    const genAi = this.writeTags(span, head, first, parent, frame.keys, memo);
    this.writeEnd(span, frame, genAi);
    memo?.complete(this.tags, this.computed);
    if (links) {
      writer.raw(FIELD.links);
      writeLinks(writer, span.links);
    }
    if (events) {
      writer.raw(FIELD.events);
      writeEvents(writer, span.events);
    }
  }

  /** The fields of a copied span that no two spans share. */
  private patchFields(span: ReadableSpan, head: TraceHead, start: number): void {
    const { writer } = this;
    writer.overwritePart(start + OFFSET.traceId, head.template, OFFSET.traceId, 8);
    writer.patchHex(start + OFFSET.spanId, span.spanContext().spanId);
    writer.patchHex(start + OFFSET.parentId, parentIdOf(span, head));
    this.patchTimes(span, start);
  }

  /** Ids, times and error, and the tags of trace and scope: copied where a span before had the same. */
  private writeStart(span: ReadableSpan, head: TraceHead, frame: SpanFrame): void {
    const { writer, tags } = this;
    const start = writer.position;
    const count = head.tagCount + frame.tags.count;
    if (frame.hasStart(tags.payload, head)) {
      writer.again(frame.startAt, frame.startEnd);
      writer.settle();
      tags.resume(start + head.template.length + META_COUNT, count);
    } else {
      writer.raw(head.template);
      if (span.status.code === SpanStatusCode.ERROR) writer.patchByte(start + OFFSET.error, 1);
      tags.begin();
      tags.block(head.tags, head.tagCount);
      tags.block(frame.tags.bytes, frame.tags.count);
      frame.startHead = head;
      frame.startPayload = tags.payload;
      frame.parentId = NO_PARENT;
    }
    frame.startAt = start;
    frame.startEnd = writer.position;
    writer.patchHex(start + OFFSET.spanId, span.spanContext().spanId);
    const parentId = parentIdOf(span, head);
    if (parentId !== frame.parentId) writer.patchHex(start + OFFSET.parentId, parentId);
    frame.parentId = parentId;
    this.patchTimes(span, start);
  }

  /** Operation, resource, service and type: likewise. */
  private writeEnd(span: ReadableSpan, frame: SpanFrame, genAi: boolean): void {
    const { writer, slots, tags } = this;
    const operation = operationName(slots, span.kind);
    const resource = resourceName(slots, span.kind, span.name, this.naming);
    const isOwn = (slots.spanGroups & GROUP.identity) !== 0;
    const service = isOwn ? this.service(serviceText(slots)) : this.resource(span.resource).service;
    const type = spanType(slots, span.kind, genAi);
    if (frame.hasEnd(tags.payload, operation, resource, service, type)) {
      writer.again(frame.endAt, frame.endEnd);
      return;
    }
    frame.endAt = writer.position;
    writer.raw(FIELD.name);
    writer.string(operation);
    writer.raw(FIELD.resource);
    writer.string(resource);
    writer.raw(FIELD.service);
    if (typeof service === 'string') writer.string(service);
    else writer.raw(service);
    writer.raw(FIELD.type);
    writer.string(type);
    frame.endEnd = writer.position;
    frame.operation = operation;
    frame.resource = resource;
    frame.service = service;
    frame.type = type;
    frame.endPayload = tags.payload;
  }

  private patchTimes({ startTime, endTime }: ReadableSpan, at: number): void {
    let [seconds, nanos] = startTime;
    let longSeconds = endTime[0] - seconds;
    let longNanos = endTime[1] - nanos;
    if (longNanos < 0) {
      longSeconds -= 1;
      longNanos += 1e9;
    }
    if (!(longSeconds >= 0)) {
      longSeconds = 0;
      longNanos = 0;
    }
    if (!(seconds >= YEAR_2000)) {
      const start = this.now() - (longSeconds * 1_000 + longNanos / 1e6);
      seconds = Math.floor(start / 1_000);
      nanos = Math.floor((start - seconds * 1_000) * 1e6);
    }
    this.writer.patchNanoseconds(at + OFFSET.start, seconds, nanos);
    this.writer.patchNanoseconds(at + OFFSET.duration, longSeconds, longNanos);
  }

  /** Writes `meta` and `metrics`; returns true if the span is about generative AI. */
  private writeTags(
    span: ReadableSpan,
    head: TraceHead,
    first: boolean,
    parent: ReadableSpan | undefined,
    expected: Key[],
    memo: SpanMemo | undefined,
  ): boolean {
    const { tags, slots } = this;
    const resource = this.resource(span.resource);
    slots.begin(resource.slots, resource.groups);
    const genAi = this.writeAttributes(span, expected, memo);
    this.computed.write(span, head, first, parent, this.abilities);
    writeResource(resource, tags);
    tags.end();
    return genAi;
  }

  /** @param expected the keys of the span before, in their order: most often the same, and found sooner */
  private writeAttributes(
    { attributes }: ReadableSpan,
    expected: Key[],
    memo: SpanMemo | undefined,
  ): boolean {
    const { keys, tags, slots } = this;
    let genAi = false;
    let index = 0;
    for (const name in attributes) {
      const value = attributes[name];
      let key = expected[index];
      if (key === undefined || key.name !== name) {
        key = keys.get(name);
        if (index < MAX_EXPECTED) expected[index] = key;
      }
      index++;
      if (key.genAi) genAi = true;
      if (key.slot >= 0) slots.set(key.slot, value, key.groups);
      if (memo) {
        this.writeNoted(memo, key, value);
        continue;
      }
      if (key.target) tags.any(key.target, value);
      if (key.copied) tags.any(key, value);
    }
    return genAi;
  }

  /** Writes an attribute and notes where. */
  private writeNoted(memo: SpanMemo, key: Key, value: unknown): void {
    const { tags } = this;
    const start = tags.position;
    const number = tags.waiting;
    const { target, copied } = key;
    if (target) tags.any(target, value);
    if (copied) tags.any(key, value);
    const written = target ?? key;
    const isAlone = key.slot < 0 && (target === undefined) === copied;
    if (isAlone && tags.position > start && tags.waiting === number) {
      memo.add(written, key.name, value, PLACE.text, start - memo.start, tags.position - memo.start);
    } else if (isAlone && tags.position === start && tags.waiting === number + 1) {
      memo.add(written, key.name, value, PLACE.metric, number, number);
    } else memo.add(written, key.name, value, PLACE.fixed, 0, 0);
  }

  /** Most spans have the resource of the span before; a WeakMap costs more than this look. */
  private resource(resource: Resource): ResourceRecord {
    if (this.lastRecord && resource === this.lastResource) return this.lastRecord;
    let record = this.resources.get(resource);
    if (!record) {
      record = resourceRecord(resource, this.keys);
      // Detectors may still be at work; then the next span looks again.
      if (resource.asyncAttributesPending) return record;
      this.resources.set(resource, record);
    }
    this.lastResource = resource;
    this.lastRecord = record;
    return record;
  }

  /** A kind or status that does not exist counts as internal or unset. */
  private frame({ instrumentationScope, kind, status }: ReadableSpan): SpanFrame {
    const frames = this.framesOf(instrumentationScope);
    const byStatus = frames[kind] ?? (frames[SpanKind.INTERNAL] as readonly SpanFrame[]);
    return byStatus[status.code] ?? (byStatus[SpanStatusCode.UNSET] as SpanFrame);
  }

  private framesOf(scope: InstrumentationScope): ScopeFrames {
    if (this.lastFrames && scope === this.lastScope) return this.lastFrames;
    let frames = this.scopes.get(scope);
    if (!frames) {
      frames = scopeFrames(scope);
      this.scopes.set(scope, frames);
    }
    this.lastScope = scope;
    this.lastFrames = frames;
    return frames;
  }
}

/** The parent id of a span; that of a root is zero. */
function parentIdOf({ parentSpanContext }: ReadableSpan, { sampling }: TraceHead): string {
  const isRoot = !parentSpanContext || (parentSpanContext.isRemote && sampling.parentless);
  return isRoot ? NO_PARENT : parentSpanContext.spanId;
}
