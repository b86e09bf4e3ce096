import { SpanKind, SpanStatusCode, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { errorTags, hasException, httpStatusCode } from '../map/error.ts';
import { grpcStatus } from '../map/grpc-status.ts';
import { envTag, versionTag } from '../map/identity.ts';
import { linksJson } from '../map/links.ts';
import { normalisePeerService } from '../map/normalise.ts';
import { rateOf } from '../map/sample-rate.ts';
import { GROUP, SLOT, type Slots } from '../map/slots.ts';
import { HAS_EXCEPTION } from './constants.ts';
import type { Key, KeyTable } from './keys.ts';
import type { AgentAbilities } from './span-encoder.ts';
import type { TagWriter } from './tag-writer.ts';
import type { TraceHead } from './trace-head.ts';

/** Source: Go's `strconv.ParseBool`, with which the Agent reads `analytics.event`. */
const YES = new Set<unknown>(['1', 't', 'T', 'TRUE', 'true', 'True', true, 1]);
const NO = new Set<unknown>(['0', 'f', 'F', 'FALSE', 'false', 'False', false, 0]);

/** The keys of the tags below, each found once. */
function keysOf(keys: KeyTable) {
  const key = (name: string): Key => keys.pinned(name);
  return {
    env: key('env'),
    version: key('version'),
    httpMethod: key('http.method'),
    httpStatus: key('http.status_code'),
    statusDescription: key('otel.status_description'),
    errorMessage: key('error.message'),
    errorMsg: key('error.msg'),
    errorType: key('error.type'),
    errorStack: key('error.stack'),
    events: key('events'),
    links: key('_dd.span_links'),
    topLevel: key('_dd.top_level'),
    measured: key('_dd.measured'),
    peerService: key('peer.service'),
    grpcStatus: key('rpc.grpc.status_code'),
    dbName: key('db.name'),
    analytics: key('_dd1.sr.eausr'),
    processId: key('process_id'),
    priority: key('_sampling_priority_v1'),
    origin: key('_dd.origin'),
    parentId: key('_dd.parent_id'),
    decisionMaker: key('_dd.p.dm'),
    traceState: key('w3c.tracestate'),
    sampleRate: key('_sample_rate'),
  } as const;
}

/** Tags that follow from several attributes, the status, the events or the trace. */
export class ComputedTags {
  private readonly key: ReturnType<typeof keysOf>;
  /** Where the trace state of the span written last stands; void if it has none. */
  stateStart = 0;
  stateEnd = 0;
  /** The trace state read last, and what it says: that of a trace is mostly one object. It is immutable. */
  private lastState: TraceState | undefined;
  stateText = '';
  stateRate: number | undefined;

  constructor(
    private readonly slots: Slots,
    private readonly tags: TagWriter,
    private readonly keys: KeyTable,
    private readonly pid: number,
  ) {
    this.key = keysOf(keys);
  }

  /**
   * @param first true for the first span of its chunk
   * @param parent the parent, where it is in the same chunk and its service matters
   */
  write(
    span: ReadableSpan,
    head: TraceHead,
    first: boolean,
    parent: ReadableSpan | undefined,
    abilities: AgentAbilities,
  ): void {
    // Without attributes of its own, a span has the tags that are prepared for its resource.
    if ((this.slots.spanGroups & GROUP.identity) !== 0) this.identity();
    if (this.slots.has(GROUP.http)) this.http();
    if (span.status.message) this.tags.text(this.key.statusDescription, span.status.message);
    if (span.status.code === SpanStatusCode.ERROR || this.slots.has(GROUP.error)) this.errors(span);
    if (this.slots.has(GROUP.call)) this.call();
    if (this.slots.has(GROUP.database)) this.database();
    if (span.events.length > 0 || span.links.length > 0) this.eventsAndLinks(span, abilities);
    this.marks(span, parent);
    this.trace(span, head);
    if (first) this.traceTags(head);
  }

  private identity(): void {
    const { slots, tags, key } = this;
    const env = envTag(slots);
    if (env) tags.text(key.env, env);
    const version = versionTag(slots);
    if (version) tags.text(key.version, version);
  }

  private http(): void {
    const { slots, tags, key } = this;
    const method = slots.either(SLOT['http.request.method'], SLOT['http.method']);
    if (method) tags.text(key.httpMethod, method);
    const status = httpStatusCode(slots);
    if (status === undefined) return;
    // The Agent deletes the text form of what is no HTTP status.
    if (status >= 100 && status <= 599) tags.text(key.httpStatus, String(status));
    tags.metricAlso(key.httpStatus, status);
  }

  /** The name of the database. The attribute of that name, if the span has it, is written already. */
  private database(): void {
    const name = this.slots.either(SLOT['db.name'], SLOT['db.namespace']);
    if (name) this.tags.text(this.key.dbName, name);
  }

  /** The service that is called, and the status of gRPC under one name. */
  private call(): void {
    const { slots, tags, key } = this;
    const peer = slots.text(SLOT['peer.service']);
    const service = peer && normalisePeerService(peer);
    if (service) tags.text(key.peerService, service);
    const status = grpcStatus(slots);
    if (status) tags.text(key.grpcStatus, status);
    const number = slots.span[SLOT['rpc.grpc.status_code']];
    if (typeof number === 'number') tags.metricAlso(key.grpcStatus, number);
  }

  private errors(span: ReadableSpan): void {
    const { tags, key } = this;
    const error = errorTags(span, this.slots);
    if (!error) return;
    if (error.message) {
      tags.text(key.errorMessage, error.message);
      tags.text(key.errorMsg, error.message);
    }
    if (error.type) tags.text(key.errorType, error.type);
    if (error.stack) tags.text(key.errorStack, error.stack);
  }

  private eventsAndLinks(span: ReadableSpan, { nativeEvents }: AgentAbilities): void {
    const { tags, key } = this;
    if (hasException(span)) tags.block(HAS_EXCEPTION.bytes, HAS_EXCEPTION.count);
    if (nativeEvents) return;
    if (span.events.length > 0) tags.events(key.events, span.events);
    if (span.links.length > 0) tags.whole(key.links, linksJson(span.links));
  }

  /**
   * Marks for trace metrics: the entry spans of a service, and calls that leave it.
   * Source: Datadog Agent, "compute top level by span kind".
   */
  private marks(span: ReadableSpan, parent: ReadableSpan | undefined): void {
    const { slots, tags, key } = this;
    const { kind, parentSpanContext } = span;
    const entry = !parentSpanContext || parentSpanContext.isRemote;
    const inner = kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
    if (entry || inner || (parent && serviceOf(parent) !== serviceOf(span))) tags.metric(key.topLevel, 1);
    const leaves = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
    const marked = slots.has(GROUP.marks);
    if (leaves || (marked && YES.has(slots.value(SLOT['_dd.measured'])))) tags.metric(key.measured, 1);
    if (!marked) return;
    const analytics = slots.value(SLOT['analytics.event']);
    if (analytics === undefined) return;
    if (YES.has(analytics)) tags.metric(key.analytics, 1);
    else if (NO.has(analytics)) tags.metric(key.analytics, 0);
  }

  private trace(span: ReadableSpan, { sampling }: TraceHead): void {
    const { slots, tags, key } = this;
    tags.metric(key.processId, this.pid);
    const override = slots.value(SLOT['sampling.priority']);
    const chosen = override === undefined ? sampling.priority : Number(override);
    tags.metric(key.priority, Number.isInteger(chosen) ? chosen : sampling.priority);
    if (sampling.origin) tags.text(key.origin, sampling.origin);
    const { parentSpanContext } = span;
    if (sampling.lastParentId && (!parentSpanContext || parentSpanContext.isRemote)) {
      tags.text(key.parentId, sampling.lastParentId);
    }
    this.readState(span.spanContext().traceState);
    if (!this.stateText) return;
    this.stateStart = tags.position;
    tags.text(key.traceState, this.stateText);
    this.stateEnd = tags.position;
    if (this.stateRate !== undefined) tags.metric(key.sampleRate, this.stateRate);
  }

  /** Sets {@link stateText} and {@link stateRate}. */
  readState(traceState: TraceState | undefined): void {
    if (traceState === this.lastState) return;
    const text = traceState?.serialize() ?? '';
    if (text !== this.stateText) {
      this.stateText = text;
      this.stateRate = text === '' ? undefined : rateOf(text);
    }
    this.lastState = traceState;
  }

  /** Writes what {@link readState} found, outside of the tags of a span. */
  writeState(): void {
    this.tags.entry(this.key.traceState, this.stateText);
  }

  private traceTags({ sampling }: TraceHead): void {
    if (sampling.decisionMaker) this.tags.text(this.key.decisionMaker, sampling.decisionMaker);
    if (!sampling.tags) return;
    for (const [name, value] of sampling.tags) this.tags.text(this.keys.pinned(name), value);
  }
}

/** The service of a span as its attributes have it. */
function serviceOf({ attributes, resource }: ReadableSpan): unknown {
  return attributes['service.name'] ?? resource.attributes['service.name'];
}
