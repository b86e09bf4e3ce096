/** Turns a decoded export request into flat lists of spans, metrics or log records. */
import type {
  Plain,
  PlainMap,
  ReceivedLog,
  ReceivedMetric,
  ReceivedPoint,
  ReceivedRequest,
  ReceivedResource,
  ReceivedScope,
  ReceivedSpan,
} from './received.ts';

// biome-ignore lint/suspicious/noExplicitAny: decoded messages, whose shape the schema has already checked.
type Decoded = any;

const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'] as const;
const TEMPORALITIES = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'] as const;
const METRIC_TYPES = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

export function spansOf(request: ReceivedRequest): ReceivedSpan[] {
  return leaves(request, 'resourceSpans', 'scopeSpans', 'spans', span);
}

export function metricsOf(request: ReceivedRequest): ReceivedMetric[] {
  return leaves(request, 'resourceMetrics', 'scopeMetrics', 'metrics', metric);
}

export function logsOf(request: ReceivedRequest): ReceivedLog[] {
  return leaves(request, 'resourceLogs', 'scopeLogs', 'logRecords', logRecord);
}

interface Origin {
  readonly resource: ReceivedResource;
  readonly scope: ReceivedScope;
  readonly request: ReceivedRequest;
}

function leaves<T>(
  request: ReceivedRequest,
  byResource: string,
  byScope: string,
  items: string,
  convert: (item: Decoded, origin: Origin) => T,
): T[] {
  const result: T[] = [];
  for (const outer of request.message[byResource] as Decoded[]) {
    const resource = withAttributes(outer.resource, outer.schemaUrl);
    for (const inner of outer[byScope]) {
      const { name = '', version = '' } = inner.scope ?? {};
      const scope = { name, version, ...withAttributes(inner.scope, inner.schemaUrl) };
      for (const item of inner[items]) result.push(convert(item, { resource, scope, request }));
    }
  }
  return result;
}

function withAttributes(part: Decoded, schemaUrl = ''): ReceivedResource {
  return {
    attributes: plainMap(part?.attributes),
    droppedAttributesCount: part?.droppedAttributesCount ?? 0,
    schemaUrl,
  };
}

function span(item: Decoded, origin: Origin): ReceivedSpan {
  return {
    traceId: hex(item.traceId) ?? '',
    spanId: hex(item.spanId) ?? '',
    parentSpanId: hex(item.parentSpanId),
    traceState: item.traceState ?? '',
    flags: item.flags ?? 0,
    name: item.name ?? '',
    kind: SPAN_KINDS[(item.kind ?? 0) as number] ?? 'UNSPECIFIED',
    start: nanos(item.startTimeUnixNano),
    end: nanos(item.endTimeUnixNano),
    attributes: plainMap(item.attributes),
    status: {
      code: STATUS_CODES[(item.status?.code ?? 0) as number] ?? 'UNSET',
      message: item.status?.message ?? '',
    },
    events: item.events.map((event: Decoded) => ({
      name: event.name ?? '',
      time: nanos(event.timeUnixNano),
      attributes: plainMap(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    links: item.links.map((link: Decoded) => ({
      traceId: hex(link.traceId) ?? '',
      spanId: hex(link.spanId) ?? '',
      traceState: link.traceState ?? '',
      flags: link.flags ?? 0,
      attributes: plainMap(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount ?? 0,
    })),
    droppedAttributesCount: item.droppedAttributesCount ?? 0,
    droppedEventsCount: item.droppedEventsCount ?? 0,
    droppedLinksCount: item.droppedLinksCount ?? 0,
    service: String(origin.resource.attributes['service.name'] ?? ''),
    ...origin,
  };
}

function metric(item: Decoded, origin: Origin): ReceivedMetric {
  const type = METRIC_TYPES.find((name) => item[name] !== undefined);
  if (!type) throw new Error(`The metric ${item.name} has no data.`);
  const data = item[type];
  return {
    name: item.name ?? '',
    description: item.description ?? '',
    unit: item.unit ?? '',
    type,
    temporality: TEMPORALITIES[(data.aggregationTemporality ?? 0) as number] ?? 'UNSPECIFIED',
    monotonic: data.isMonotonic ?? false,
    points: data.dataPoints.map(point),
    ...origin,
  };
}

function point(item: Decoded): ReceivedPoint {
  const value = item.asDouble ?? (item.asInt === undefined ? undefined : whole(item.asInt));
  return {
    attributes: plainMap(item.attributes),
    start: nanos(item.startTimeUnixNano),
    time: nanos(item.timeUnixNano),
    ...(value === undefined ? {} : { value }),
    ...(item.count === undefined ? {} : { count: BigInt(item.count) }),
    ...(item.sum === undefined ? {} : { sum: item.sum }),
    ...(item.min === undefined ? {} : { min: item.min }),
    ...(item.max === undefined ? {} : { max: item.max }),
    ...(item.explicitBounds ? { bounds: item.explicitBounds } : {}),
    ...(item.bucketCounts ? { buckets: item.bucketCounts.map(BigInt) } : {}),
    exemplars: (item.exemplars ?? []).map((exemplar: Decoded) => ({
      traceId: hex(exemplar.traceId) ?? '',
      spanId: hex(exemplar.spanId) ?? '',
      value: exemplar.asDouble ?? Number(exemplar.asInt),
    })),
    raw: item,
  };
}

function logRecord(item: Decoded, origin: Origin): ReceivedLog {
  return {
    time: nanos(item.timeUnixNano),
    observedTime: nanos(item.observedTimeUnixNano),
    severityNumber: item.severityNumber ?? 0,
    severityText: item.severityText ?? '',
    body: plain(item.body),
    attributes: plainMap(item.attributes),
    traceId: hex(item.traceId),
    spanId: hex(item.spanId),
    flags: item.flags ?? 0,
    eventName: item.eventName ?? '',
    droppedAttributesCount: item.droppedAttributesCount ?? 0,
    ...origin,
  };
}

function plainMap(pairs: Decoded[] = []): PlainMap {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

/** An AnyValue as a plain value; undefined if it is empty. */
function plain(value: Decoded): Plain {
  if (!value) return undefined;
  if (value.arrayValue) return value.arrayValue.values.map(plain);
  if (value.kvlistValue) return plainMap(value.kvlistValue.values);
  if (value.intValue !== undefined) return whole(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue;
}

function whole(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function nanos(digits: string | undefined): bigint {
  return BigInt(digits ?? 0);
}

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && bytes.length > 0 ? Buffer.from(bytes).toString('hex') : undefined;
}
