import { type ProtobufWriter, varintSize } from './protobuf-writer.ts';

/** The fields of an `AnyValue`: number and wire type. Source: opentelemetry-proto, common.proto. */
export const ANY = {
  string: 0x0a,
  bool: 0x10,
  int: 0x18,
  double: 0x21,
  array: 0x2a,
  map: 0x32,
  bytes: 0x3a,
} as const;

/** Fields of a `KeyValue`. */
export const KEY = 0x0a;
export const VALUE = 0x12;

/** Repeated field 1: the items of an array, the entries of a map. */
const ITEM = 0x0a;

const INT64_END = 2 ** 63;

/** True for numbers that OTLP has as integers; -0 is one. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -INT64_END && value < INT64_END;
}

/**
 * The content of an `AnyValue`; nothing for what has no form in OTLP: undefined, null, functions.
 *
 * @throws RangeError if the value contains itself
 */
export function writeAny(writer: ProtobufWriter, value: unknown): void {
  switch (typeof value) {
    case 'string':
      writer.byte(ANY.string);
      writer.string(value);
      return;
    case 'boolean':
      writer.byte(ANY.bool);
      writer.byte(value ? 1 : 0);
      return;
    case 'number':
      writeNumber(writer, value);
      return;
    case 'bigint':
      writeBigInt(writer, value);
      return;
    case 'object':
      if (value !== null) writeObject(writer, value);
  }
}

/** The content of an `AnyValue` with a number. */
export function writeNumber(writer: ProtobufWriter, value: number): void {
  if (isInt64(value)) {
    writer.byte(ANY.int);
    writer.int64(value);
  } else {
    writer.byte(ANY.double);
    writer.double(value);
  }
}

function writeBigInt(writer: ProtobufWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    writer.byte(ANY.int);
    writer.bigInt64(value);
  } else writeAny(writer, String(value));
}

function writeObject(writer: ProtobufWriter, value: object): void {
  if (value instanceof Uint8Array) {
    writer.byte(ANY.bytes);
    writer.bytes(value);
    return;
  }
  writer.byte(Array.isArray(value) ? ANY.array : ANY.map);
  const start = writer.open(1);
  if (Array.isArray(value)) {
    for (const item of value) writeValue(writer, ITEM, item);
  } else writeKeyValues(writer, ITEM, value);
  writer.close(start, 1);
}

/** An `AnyValue` as a field. */
export function writeValue(writer: ProtobufWriter, tag: number, value: unknown): void {
  writer.byte(tag);
  const room = typeof value === 'string' ? varintSize(value.length + 3) : 1;
  const start = writer.open(room);
  writeAny(writer, value);
  writer.close(start, room);
}

/** Own properties as repeated `KeyValue`s. */
export function writeKeyValues(writer: ProtobufWriter, tag: number, values: object): void {
  for (const [name, value] of Object.entries(values)) writeKeyValue(writer, tag, name, value);
}

/** One `KeyValue` as a field. */
export function writeKeyValue(writer: ProtobufWriter, tag: number, name: string, value: unknown): void {
  writer.byte(tag);
  const length = name.length + (typeof value === 'string' ? value.length : 0);
  const room = varintSize(length + 8);
  const start = writer.open(room);
  writer.byte(KEY);
  writer.string(name);
  writeValue(writer, VALUE, value);
  writer.close(start, room);
}
