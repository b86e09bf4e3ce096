/**
 * OTLP/JSON read strictly against the schema: ids are hex, enums are numbers, 64-bit numbers are
 * decimal strings or numbers, keys are lowerCamelCase. A real backend ignores unknown keys; a
 * receiver for tests refuses them, because here they are mistakes of the encoder.
 * Source: OpenTelemetry Protocol specification, "JSON Protobuf Encoding".
 */
import protobuf from 'protobufjs';

const HEX_FIELDS: Readonly<Record<string, number>> = { traceId: 32, spanId: 16, parentSpanId: 16 };
const LONGS = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);
const SPECIAL_DOUBLES: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** The message in the form `decodeProtobuf` gives. @throws if the JSON is not such a message. */
export function decodeJson(type: protobuf.Type, body: Uint8Array): Record<string, unknown> {
  return message(type, JSON.parse(Buffer.from(body).toString('utf8')), type.name);
}

function message(type: protobuf.Type, json: unknown, at: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return fail(at, 'an object', json);
  const result: Record<string, unknown> = {};
  for (const field of type.fieldsArray) if (field.repeated) result[field.name] = [];
  for (const [key, value] of Object.entries(json)) {
    const field = type.fields[key];
    if (!field) throw new Error(`${at}: ${type.name} has no field "${key}"`);
    if (value === null) continue;
    result[key] = fieldValue(field, value, `${at}.${key}`);
  }
  return result;
}

function fieldValue(field: protobuf.Field, value: unknown, at: string): unknown {
  if (!field.repeated) return single(field, value, at);
  if (!Array.isArray(value)) return fail(at, 'an array', value);
  return value.map((item, index) => single(field, item, `${at}[${index}]`));
}

function single(field: protobuf.Field, value: unknown, at: string): unknown {
  const { resolvedType, type } = field;
  if (resolvedType instanceof protobuf.Type) return message(resolvedType, value, at);
  if (resolvedType) return typeof value === 'number' ? value : fail(at, 'a number for an enum', value);
  if (type === 'bytes') return bytes(field.name, value, at);
  if (type === 'string') return typeof value === 'string' ? value : fail(at, 'a string', value);
  if (type === 'bool') return typeof value === 'boolean' ? value : fail(at, 'a boolean', value);
  if (LONGS.has(type)) return long(value, at);
  if (type === 'double' && typeof value === 'string')
    return SPECIAL_DOUBLES[value] ?? fail(at, 'a double', value);
  return typeof value === 'number' ? value : fail(at, 'a number', value);
}

function bytes(name: string, value: unknown, at: string): Uint8Array {
  if (typeof value !== 'string') return fail(at, 'a string', value);
  const length = HEX_FIELDS[name];
  if (length === undefined) return Buffer.from(value, 'base64');
  if (value !== '' && (value.length !== length || !/^[0-9a-f]+$/i.test(value))) {
    return fail(at, `${length} hex digits`, value);
  }
  return Buffer.from(value, 'hex');
}

function long(value: unknown, at: string): string {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value).toString();
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return value;
  return fail(at, 'a 64-bit number', value);
}

function fail(at: string, expected: string, value: unknown): never {
  throw new Error(`${at}: expected ${expected}, got ${JSON.stringify(value)}`);
}
