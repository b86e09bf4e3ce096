import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { highTraceId } from '../../../src/core/index.ts';
import { memoised, normaliseService } from '../map/normalise.ts';
import { operationName } from '../map/operation.ts';
import { type Naming, resourceName } from '../map/resource-name.ts';
import { SLOT, Slots } from '../map/slots.ts';
import { spanType } from '../map/type.ts';
import type { SpanSampling } from '../sampling-of.ts';
import { writeComputedTags } from './computed-tags.ts';
import { type Block, ERROR, FIELD, KIND_AND_STATUS, numberBlock, scopeBlock, textBlock } from './constants.ts';
import { KeyTable } from './keys.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';
import { writeEvents, writeLinks } from './native.ts';
import { type ResourceRecord, resourceRecord, writeResource } from './resource-record.ts';
import { TagWriter } from './tag-writer.ts';

/** Facts about this process that go on every span. */
export interface ProcessFacts {
  /** A UUID of this process. */
  readonly runtimeId: string;
  readonly pid: number;
  /** Sent as `_dd.hostname` if given. */
  readonly hostname?: string | undefined;
}

/** What the Agent at the other end can take; the defaults suit every Agent. */
export interface AgentAbilities {
  /** Takes `span_events` and `span_links` as they are; else they go into `meta` as JSON. */
  readonly nativeEvents: boolean;
}

/** What is common to all spans of a chunk. */
export interface TraceHead {
  readonly traceId: string;
  readonly sampling: SpanSampling;
  /** `otel.trace_id` and `_dd.p.tid`. */
  readonly tags: Block;
}

const NO_SERVICE = 'otlpresourcenoservicename';
const YEAR_2000 = 946_684_800;

/** Prepares what the spans of a trace share. */
export function traceHead(traceId: string, sampling: SpanSampling): TraceHead {
  const tags = { 'otel.trace_id': traceId, '_dd.p.tid': highTraceId(traceId) };
  return { traceId, sampling, tags: textBlock(tags) };
}

/** Writes spans as v0.4 span maps, without an object in between. */
export class SpanEncoder {
  private readonly keys = new KeyTable();
  private readonly slots = new Slots();
  private readonly tags: TagWriter;
  private readonly processTags: Block;
  private readonly processMetrics: Block;
  private readonly resources = new WeakMap<Resource, ResourceRecord>();
  private readonly scopes = new WeakMap<InstrumentationScope, Block>();
  private readonly service = memoised(normaliseService);
  abilities: AgentAbilities = { nativeEvents: false };

  /** @param now milliseconds since the epoch; for spans with an impossible start */
  constructor(
    private readonly writer: MsgpackWriter,
    facts: ProcessFacts,
    private readonly naming: Naming,
    private readonly now: () => number,
  ) {
    this.tags = new TagWriter(writer, this.keys, naming);
    const { runtimeId, hostname } = facts;
    this.processTags = textBlock({ language: 'javascript', 'runtime-id': runtimeId, '_dd.hostname': hostname });
    this.processMetrics = numberBlock({ process_id: facts.pid });
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
    writer.reserve(512);
    writer.byte(0x80 | (12 + (links ? 1 : 0) + (events ? 1 : 0)));
    this.writeIds(span, head);
    this.writeTimes(span);
    writer.raw(ERROR[span.status.code === SpanStatusCode.ERROR ? 1 : 0]);
    const genAi = this.writeTags(span, head, first, parent);
    writer.raw(FIELD.name);
    writer.string(operationName(slots, span.kind));
    writer.raw(FIELD.resource);
    writer.string(resourceName(slots, span.kind, span.name, this.naming));
    writer.raw(FIELD.service);
    writer.string(this.service(slots.text(SLOT['service.name']) || NO_SERVICE));
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

  private writeIds(span: ReadableSpan, head: TraceHead): void {
    const { writer } = this;
    const parent = span.parentSpanContext;
    const orphan = !parent || (parent.isRemote && head.sampling.parentless);
    writer.raw(FIELD.traceId);
    writer.hexUint64(head.traceId, 16);
    writer.raw(FIELD.spanId);
    writer.hexUint64(span.spanContext().spanId, 0);
    writer.raw(FIELD.parentId);
    if (orphan) writer.byte(0);
    else writer.hexUint64(parent.spanId, 0);
  }

  private writeTimes({ startTime, endTime }: ReadableSpan): void {
    const { writer } = this;
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
    writer.raw(FIELD.start);
    writer.nanoseconds(seconds, nanos);
    writer.raw(FIELD.duration);
    writer.nanoseconds(longSeconds, longNanos);
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
    slots.clear(resource.slots);
    tags.begin();
    tags.block(this.processTags.bytes, this.processTags.count);
    tags.metricBlock(this.processMetrics.bytes, this.processMetrics.count);
    tags.block(head.tags.bytes, head.tags.count);
    const ofKind = KIND_AND_STATUS[span.kind] ?? KIND_AND_STATUS[SpanKind.INTERNAL];
    const fixed = ofKind?.[span.status.code];
    if (fixed) tags.block(fixed.bytes, fixed.count);
    const scope = this.scope(span.instrumentationScope);
    tags.block(scope.bytes, scope.count);
    const genAi = this.writeAttributes(span);
    writeComputedTags({ span, head, first, parent }, slots, tags, this.keys, this.abilities);
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
      if (key.slot >= 0) slots.span[key.slot] = value;
      if (key.target) tags.any(key.target, value);
      if (key.copied) tags.any(key, value);
    }
    return genAi;
  }

  private resource(resource: Resource): ResourceRecord {
    let record = this.resources.get(resource);
    if (!record) {
      record = resourceRecord(resource, this.keys);
      // Detectors may still be at work; then the next batch looks again.
      if (!resource.asyncAttributesPending) this.resources.set(resource, record);
    }
    return record;
  }

  private scope(scope: InstrumentationScope): Block {
    let block = this.scopes.get(scope);
    if (!block) {
      block = scopeBlock(scope);
      this.scopes.set(scope, block);
    }
    return block;
  }
}
