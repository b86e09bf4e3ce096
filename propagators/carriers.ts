import {
  context as active,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapSetter,
} from '@opentelemetry/api';
import { parseHeaders } from './sqs.ts';

/**
 * Where trace context can travel besides HTTP: an object of message headers (values as text,
 * `Buffer` or lists of them), `Map` and `Headers`, or a list of `[name, value]` or
 * `{ key, value }` entries, as clients of Kafka, AMQP, NATS or Redis use them.
 */
export type Carrier =
  | Record<string, unknown>
  | MapLike
  | (readonly [name: string, value: unknown])[]
  | { key: string; value: unknown }[];

interface MapLike {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
  keys(): Iterable<string>;
}

/**
 * `headers` (default): names and values as they are. `environment`: variables for a child process,
 * `traceparent` → `TRACEPARENT`, `x-datadog-trace-id` → `X_DATADOG_TRACE_ID` (OpenTelemetry
 * specification, "Environment Variables as Context Propagation Carriers"). `sqs`: message
 * attributes of SQS and SNS, all headers in the one attribute `_datadog`, since a message has room
 * for ten; attributes by header name are read too.
 */
export type CarrierFormat = 'headers' | 'environment' | 'sqs';

/** Options of {@link inject} and {@link extract}. */
export interface CarrierOptions {
  /** Default: the active context. */
  readonly context?: Context;
  readonly format?: CarrierFormat;
}

/**
 * Writes the trace context and baggage into a carrier, and returns it. What it held under the same
 * names is replaced.
 *
 * @example
 * await producer.send({ topic, messages: [{ value, headers: inject({}) }] });
 * spawn('worker', { env: inject({ ...process.env }, { format: 'environment' }) });
 */
export function inject<C extends Carrier>(carrier: C, options: CarrierOptions = {}): C {
  const { context = active.active(), format = 'headers' } = options;
  if (format === 'sqs') return injectSqs(carrier, context);
  const nameOf = format === 'environment' ? environmentName : (name: string): string => name;
  propagation.inject(context, carrier, setterFor(nameOf));
  return carrier;
}

/**
 * The context of whoever wrote the carrier, on top of the active one: start a span with it, or link
 * to `trace.getSpanContext(extract(headers))` when many messages are handled as one.
 *
 * @example
 * context.with(extract(message.headers), () => handle(message));
 */
export function extract(carrier: Carrier | null | undefined, options: CarrierOptions = {}): Context {
  const { context = active.active(), format = 'headers' } = options;
  if (carrier === null || carrier === undefined) return context;
  const values = format === 'sqs' ? sqsValues(carrier) : headerValues(carrier, format);
  return propagation.extract(context, values, MAP_GETTER);
}

const MAP_GETTER: TextMapGetter<Map<string, string[]>> = {
  keys: (values) => [...values.keys()],
  get: (values, name) => values.get(name),
};

/** Everything by lower-case name, as texts. Carriers come from clients, so any value is possible. */
function headerValues(carrier: Carrier, format: CarrierFormat): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of entriesOf(carrier)) {
    const texts = textsOf(value);
    if (texts.length === 0) continue;
    const key = format === 'environment' ? headerName(name) : name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), ...texts]);
  }
  return values;
}

function* entriesOf(carrier: Carrier): Iterable<[string, unknown]> {
  if (Array.isArray(carrier)) {
    for (const entry of carrier as readonly unknown[]) {
      const { 0: name, 1: value } = Array.isArray(entry) ? entry : keyAndValue(entry);
      yield [textsOf(name)[0] ?? '', value];
    }
  } else if (isMapLike(carrier)) {
    for (const name of carrier.keys()) yield [String(name), carrier.get(name)];
  } else yield* Object.entries(carrier);
}

function keyAndValue(entry: unknown): unknown[] {
  const { key, value } = (entry ?? {}) as { key?: unknown; value?: unknown };
  return [key, value];
}

function isMapLike(carrier: object): carrier is MapLike {
  return ['get', 'set', 'keys'].every((method) => typeof Reflect.get(carrier, method) === 'function');
}

/** Texts and buffers, alone or in lists; numbers as decimal text; nothing else can be a header. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (value instanceof Uint8Array)
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()];
  return Array.isArray(value) ? value.flatMap(textsOf) : [];
}

function environmentName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

function headerName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function setterFor(nameOf: (name: string) => string): TextMapSetter<Carrier> {
  return { set: (carrier, name, value) => write(carrier, nameOf(name), value) };
}

/** Replaces the header, also where it is there in another case. */
function write(carrier: Carrier, name: string, value: string): void {
  if (Array.isArray(carrier)) writeEntry(carrier, name, value);
  else if (isMapLike(carrier)) carrier.set(name, value);
  else {
    for (const key of Object.keys(carrier)) {
      if (key !== name && key.toLowerCase() === name.toLowerCase()) delete carrier[key];
    }
    carrier[name] = value;
  }
}

function writeEntry(carrier: Extract<Carrier, unknown[]>, name: string, value: string): void {
  const entries = carrier as unknown[];
  const asPairs = Array.isArray(entries[0]) || entries.length === 0;
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at] as { key?: unknown } | unknown[];
    const key = textsOf(Array.isArray(entry) ? entry[0] : entry.key)[0];
    if (key?.toLowerCase() === name) entries.splice(at, 1);
  }
  entries.push(asPairs ? [name, value] : { key: name, value });
}

const SQS_ATTRIBUTE = '_datadog';

function injectSqs<C extends Carrier>(carrier: C, context: Context): C {
  const headers: Record<string, string> = {};
  propagation.inject(context, headers);
  if (Object.keys(headers).length > 0) {
    const attribute = { DataType: 'String', StringValue: JSON.stringify(headers) };
    Object.assign(carrier, { [SQS_ATTRIBUTE]: attribute });
  }
  return carrier;
}

/** The attributes as the SDK (`StringValue`) or Lambda (`stringValue`) hands them over, SNS (`Value`) too. */
function sqsValues(carrier: Carrier): Map<string, string[]> {
  const plain: Record<string, unknown> = {};
  for (const [name, attribute] of entriesOf(carrier)) {
    const value = attributeValue(attribute);
    const bundle = name === SQS_ATTRIBUTE && value !== undefined ? parseHeaders(value) : undefined;
    if (bundle) Object.assign(plain, bundle);
    else plain[name] = value;
  }
  return headerValues(plain, 'headers');
}

function attributeValue(attribute: unknown): string | undefined {
  if (typeof attribute !== 'object' || attribute === null) return textsOf(attribute)[0];
  const fields = attribute as Record<string, unknown>;
  const text = fields.StringValue ?? fields.stringValue ?? fields.Value ?? fields.value;
  if (text !== undefined) return textsOf(text)[0];
  const binary = fields.BinaryValue ?? fields.binaryValue;
  if (typeof binary === 'string') return Buffer.from(binary, 'base64').toString();
  return textsOf(binary)[0];
}
