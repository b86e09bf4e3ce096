import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { errorTags, hasException, httpStatusCode } from '../map/error.ts';
import { eventsJson } from '../map/events.ts';
import { linksJson } from '../map/links.ts';
import { normaliseTagValue } from '../map/normalise.ts';
import { rateOf } from '../map/sample-rate.ts';
import { SLOT, type Slots } from '../map/slots.ts';
import { HAS_EXCEPTION, TOP_LEVEL } from './constants.ts';
import type { KeyTable } from './keys.ts';
import type { AgentAbilities, TraceHead } from './span-encoder.ts';
import type { TagWriter } from './tag-writer.ts';

/** A span in its place in the trace. */
export interface PlacedSpan {
  readonly span: ReadableSpan;
  readonly head: TraceHead;
  /** First of its chunk. */
  readonly first: boolean;
  /** The parent, where it is in the same chunk and its service matters. */
  readonly parent: ReadableSpan | undefined;
}

/** Source: Go's `strconv.ParseBool`, with which the Agent reads `analytics.event`. */
const YES = new Set<unknown>(['1', 't', 'T', 'TRUE', 'true', 'True', true, 1]);
const NO = new Set<unknown>(['0', 'f', 'F', 'FALSE', 'false', 'False', false, 0]);

/** Tags that follow from several attributes, the status, the events or the trace. */
export function writeComputedTags(
  placed: PlacedSpan,
  slots: Slots,
  tags: TagWriter,
  keys: KeyTable,
  abilities: AgentAbilities,
): void {
  writeIdentity(slots, tags, keys);
  writeHttp(slots, tags, keys);
  writeErrors(placed.span, slots, tags, keys);
  writeEventsAndLinks(placed.span, tags, keys, abilities);
  writeMarks(placed, slots, tags, keys);
  writeTrace(placed, slots, tags, keys);
}

function writeIdentity(slots: Slots, tags: TagWriter, keys: KeyTable): void {
  const env =
    slots.text(SLOT.env) ||
    slots.either(SLOT['deployment.environment.name'], SLOT['deployment.environment']);
  if (env) tags.text(keys.pinned('env'), normaliseTagValue(env));
  const version = slots.either(SLOT.version, SLOT['service.version']);
  if (version) tags.text(keys.pinned('version'), normaliseTagValue(version));
}

function writeHttp(slots: Slots, tags: TagWriter, keys: KeyTable): void {
  const method = slots.either(SLOT['http.request.method'], SLOT['http.method']);
  if (method) tags.text(keys.pinned('http.method'), method);
  const status = httpStatusCode(slots);
  if (!status) return;
  const key = keys.pinned('http.status_code');
  // The Agent deletes the text form of what is no HTTP status.
  if (status >= 100 && status <= 599) tags.text(key, String(status));
  tags.metricAlso(key, status);
}

function writeErrors(span: ReadableSpan, slots: Slots, tags: TagWriter, keys: KeyTable): void {
  if (span.status.message) tags.text(keys.pinned('otel.status_description'), span.status.message);
  const { message, type, stack } = errorTags(span, slots);
  if (message) {
    tags.text(keys.pinned('error.message'), message);
    tags.text(keys.pinned('error.msg'), message);
  }
  if (type) tags.text(keys.pinned('error.type'), type);
  if (stack) tags.text(keys.pinned('error.stack'), stack);
}

function writeEventsAndLinks(
  span: ReadableSpan,
  tags: TagWriter,
  keys: KeyTable,
  { nativeEvents }: AgentAbilities,
): void {
  if (span.events.length > 0) {
    if (hasException(span)) tags.block(HAS_EXCEPTION.bytes, HAS_EXCEPTION.count);
    if (!nativeEvents) tags.whole(keys.pinned('events'), eventsJson(span.events));
  }
  if (span.links.length > 0 && !nativeEvents) {
    tags.whole(keys.pinned('_dd.span_links'), linksJson(span.links));
  }
}

/**
 * Marks for trace metrics: the entry spans of a service, and calls that leave it.
 * Source: Datadog Agent, "compute top level by span kind".
 */
function writeMarks({ span, parent }: PlacedSpan, slots: Slots, tags: TagWriter, keys: KeyTable): void {
  const { kind, parentSpanContext } = span;
  const entry = !parentSpanContext || parentSpanContext.isRemote;
  const inner = kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
  if (entry || inner || (parent && serviceOf(parent) !== serviceOf(span))) {
    tags.metricBlock(TOP_LEVEL.bytes, TOP_LEVEL.count);
  }
  const measured = slots.value(SLOT['_dd.measured']);
  if (kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER || YES.has(measured)) {
    tags.metric(keys.pinned('_dd.measured'), 1);
  }
  const analytics = slots.value(SLOT['analytics.event']);
  if (analytics === undefined) return;
  if (YES.has(analytics)) tags.metric(keys.pinned('_dd1.sr.eausr'), 1);
  else if (NO.has(analytics)) tags.metric(keys.pinned('_dd1.sr.eausr'), 0);
}

/** The service of a span as its attributes have it. */
export function serviceOf({ attributes, resource }: ReadableSpan): unknown {
  return attributes['service.name'] ?? resource.attributes['service.name'];
}

function writeTrace({ span, head, first }: PlacedSpan, slots: Slots, tags: TagWriter, keys: KeyTable): void {
  const { sampling } = head;
  const override = Number(slots.value(SLOT['sampling.priority']) ?? Number.NaN);
  tags.metric(
    keys.pinned('_sampling_priority_v1'),
    Number.isInteger(override) ? override : sampling.priority,
  );
  if (sampling.origin) tags.text(keys.pinned('_dd.origin'), sampling.origin);
  const { traceState } = span.spanContext();
  if (traceState) writeTraceState(traceState.serialize(), tags, keys);
  const { parentSpanContext } = span;
  if (sampling.lastParentId && (!parentSpanContext || parentSpanContext.isRemote)) {
    tags.text(keys.pinned('_dd.parent_id'), sampling.lastParentId);
  }
  if (!first) return;
  if (sampling.decisionMaker) tags.text(keys.pinned('_dd.p.dm'), sampling.decisionMaker);
  for (const [name, value] of sampling.tags ?? []) tags.text(keys.pinned(name), value);
}

function writeTraceState(text: string, tags: TagWriter, keys: KeyTable): void {
  if (text === '') return;
  tags.text(keys.pinned('w3c.tracestate'), text);
  const rate = rateOf(text);
  if (rate !== undefined) tags.metric(keys.pinned('_sample_rate'), rate);
}
