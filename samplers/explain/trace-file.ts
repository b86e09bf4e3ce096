import type { Attributes, AttributeValue, SpanContext, SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** OTLP/JSON, as the Collector's file exporter and our own write it; only what rules can ask. */
interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
}
interface OtlpAttribute {
  readonly key: string;
  readonly value?: OtlpValue;
}
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly OtlpAttribute[];
  readonly events?: readonly { readonly name?: string }[];
  readonly status?: { readonly code?: number };
}
interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

/**
 * Reads traces out of OTLP/JSON: one document, or one per line.
 *
 * @returns the spans of each trace in the order in which they ended, by trace id
 * @throws if it is no OTLP/JSON, with the reason in a few words
 */
export function readTraceFile(content: string): ReadonlyMap<string, readonly ReadableSpan[]> {
  const all = documents(content);
  if (!all.some((document) => Array.isArray(document?.resourceSpans))) {
    throw new TypeError('there is no list resourceSpans in it');
  }
  const spans = all.flatMap((document) =>
    (document.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
      const attributes = toAttributes(resource?.attributes);
      return scopeSpans.flatMap(({ spans: own = [] }) => own.map((span) => toSpan(span, attributes)));
    }),
  );
  const byTrace = Map.groupBy(spans, (span) => span.spanContext().traceId);
  for (const trace of byTrace.values()) trace.sort((a, b) => compareTimes(a.endTime, b.endTime));
  return byTrace;
}

function documents(content: string): readonly OtlpTraces[] {
  try {
    return [JSON.parse(content)];
  } catch {
    const lines = content.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line): OtlpTraces => JSON.parse(line));
  }
}

function compareTimes(a: ReadableSpan['endTime'], b: ReadableSpan['endTime']): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** OTLP numbers kinds and statuses from 1 where the API begins with 0, and says unset with 0. */
function toSpan(span: OtlpSpan, resource: Attributes): ReadableSpan {
  const { traceId, spanId, parentSpanId } = span;
  const context: SpanContext = { traceId, spanId, traceFlags: (span.flags ?? 0) & 0xff };
  const startTime = toTime(span.startTimeUnixNano);
  const endTime = toTime(span.endTimeUnixNano);
  const nanos = BigInt(span.endTimeUnixNano ?? 0) - BigInt(span.startTimeUnixNano ?? 0);
  return {
    name: span.name ?? '',
    kind: Math.max(0, (span.kind ?? 1) - 1) as SpanKind,
    spanContext: () => context,
    ...(parentSpanId ? { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 0 } } : {}),
    startTime,
    endTime,
    duration: [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)],
    status: { code: span.status?.code === 1 ? 1 : span.status?.code === 2 ? 2 : 0 },
    attributes: toAttributes(span.attributes),
    events: (span.events ?? []).map(({ name = '' }) => ({ name, time: endTime })),
    links: [],
    ended: true,
    resource: resourceFromAttributes(resource),
    instrumentationScope: { name: '' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function toTime(nanos: string | undefined): ReadableSpan['startTime'] {
  const value = BigInt(nanos ?? 0);
  return [Number(value / 1_000_000_000n), Number(value % 1_000_000_000n)];
}

function toAttributes(list: readonly OtlpAttribute[] = []): Attributes {
  const attributes: Attributes = {};
  for (const { key, value } of list) {
    const read = value && toValue(value);
    if (read !== undefined) attributes[key] = read;
  }
  return attributes;
}

function toValue(value: OtlpValue): AttributeValue | undefined {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map((item) => String(toValue(item)));
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}
