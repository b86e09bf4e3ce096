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
import { FIELD, type ScopeBlocks, scopeBlocks } from './constants.ts';
import { KeyTable } from './keys.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';
import { writeEvents, writeLinks } from './native.ts';
import { type ResourceRecord, resourceRecord, writeResource } from './resource-record.ts';
import { TagWriter } from './tag-writer.ts';
import { OFFSET, type TraceHead } from './trace-head.ts';

/** What the Agent at the other end can take; the defaults suit every Agent. */
export interface AgentAbilities {
  /** Takes `span_events` and `span_links` as they are; else they go into `meta` as JSON. */
  readonly nativeEvents: boolean;
}

const YEAR_2000 = 946_684_800;

/** Writes spans as v0.4 span maps, without an object in between. */
export class SpanEncoder {
  private readonly keys = new KeyTable();
  private readonly slots = new Slots();
  private readonly tags: TagWriter;
  private readonly computed: ComputedTags;
  private readonly resources = new WeakMap<Resource, ResourceRecord>();
  private readonly scopes = new WeakMap<InstrumentationScope, ScopeBlocks>();
  private readonly service = memoised(normaliseService);
  private lastResource: Resource | undefined;
  private lastRecord: ResourceRecord | undefined;
  private lastScope: InstrumentationScope | undefined;
  private lastBlocks: ScopeBlocks | undefined;
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
    const { writer, slots } = this;
    const links = this.abilities.nativeEvents && span.links.length > 0;
    const events = this.abilities.nativeEvents && span.events.length > 0;
    const start = writer.position;
    writer.raw(head.template);
    writer.patchByte(start, 0x80 | (12 + (links ? 1 : 0) + (events ? 1 : 0)));
    if (span.status.code === SpanStatusCode.ERROR) writer.patchByte(start + OFFSET.error, 1);
    this.patchIds(span, head, start);
    this.patchTimes(span, start);
    const genAi = this.writeTags(span, head, first, parent);
    writer.raw(FIELD.name);
    writer.string(operationName(slots, span.kind));
    writer.raw(FIELD.resource);
    writer.string(resourceName(slots, span.kind, span.name, this.naming));
    writer.raw(FIELD.service);
    if ((slots.spanGroups & GROUP.identity) === 0) writer.raw(this.resource(span.resource).service);
    else writer.string(this.service(serviceText(slots)));
    writer.raw(FIELD.type);
    writer.string(spanType(slots, span.kind, genAi));
    if (links) {
      writer.raw(FIELD.links);
      writeLinks(writer, span.links);
    }
    if (events) {
      writer.raw(FIELD.events);
      writeEvents(writer, span.events);
    }
  }

  private patchIds(span: ReadableSpan, head: TraceHead, start: number): void {
    const parent = span.parentSpanContext;
    this.writer.patchHex(start + OFFSET.spanId, span.spanContext().spanId);
    if (!parent || (parent.isRemote && head.sampling.parentless)) return;
    this.writer.patchHex(start + OFFSET.parentId, parent.spanId);
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
  ): boolean {
    const { tags, slots } = this;
    const resource = this.resource(span.resource);
    slots.begin(resource.slots, resource.groups);
    tags.begin();
    tags.block(head.tags, head.tagCount);
    const scope = this.scope(span.instrumentationScope);
    const fixed = (scope[span.kind] ?? scope[SpanKind.INTERNAL])?.[span.status.code];
    if (fixed) tags.block(fixed.bytes, fixed.count);
    const genAi = this.writeAttributes(span);
    this.computed.write(span, head, first, parent, this.abilities);
    writeResource(resource, tags);
    tags.end();
    return genAi;
  }

  private writeAttributes({ attributes }: ReadableSpan): boolean {
    const { keys, tags, slots } = this;
    let genAi = false;
    for (const name in attributes) {
      const value = attributes[name];
      const key = keys.get(name);
      if (key.genAi) genAi = true;
      if (key.slot >= 0) slots.set(key.slot, value, key.groups);
      if (key.target) tags.any(key.target, value);
      if (key.copied) tags.any(key, value);
    }
    return genAi;
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

  private scope(scope: InstrumentationScope): ScopeBlocks {
    if (this.lastBlocks && scope === this.lastScope) return this.lastBlocks;
    let blocks = this.scopes.get(scope);
    if (!blocks) {
      blocks = scopeBlocks(scope);
      this.scopes.set(scope, blocks);
    }
    this.lastScope = scope;
    this.lastBlocks = blocks;
    return blocks;
  }
}
