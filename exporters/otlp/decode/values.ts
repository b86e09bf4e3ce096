import type { AnyValue, Attributes, HrTime } from '@opentelemetry/api';
import type { ProtobufReader } from './protobuf.ts';

/** A time in nanoseconds since the epoch, as the SDK has it. */
export function hrTime(nanoseconds: bigint): HrTime {
  return [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
}

/** Field `KeyValue` of opentelemetry-proto `common.proto`, into a map. */
export function readKeyValue(reader: ProtobufReader, into: Record<string, AnyValue>): void {
  let key = '';
  let value: AnyValue;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = readAnyValue(reader.message());
  }
  if (key !== '__proto__') into[key] = value;
  // As a key like any other, and not as the prototype.
  else Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The attributes of one `repeated KeyValue` field, which come one by one. */
export function readAttribute(reader: ProtobufReader, into: Attributes): void {
  readKeyValue(reader.message(), into as Record<string, AnyValue>);
}

/** `AnyValue` of opentelemetry-proto `common.proto`; an empty one is null. */
export function readAnyValue(reader: ProtobufReader): AnyValue {
  let value: AnyValue = null;
  while (reader.next()) {
    if (reader.field === 1) value = reader.text();
    else if (reader.field === 2) value = reader.uint() !== 0;
    else if (reader.field === 3) value = reader.int();
    else if (reader.field === 4) value = reader.double();
    else if (reader.field === 5) value = readArray(reader.message());
    else if (reader.field === 6) value = readMap(reader.message());
    else if (reader.field === 7) value = new Uint8Array(reader.slice());
  }
  return value;
}

function readArray(reader: ProtobufReader): AnyValue[] {
  const values: AnyValue[] = [];
  while (reader.next()) if (reader.field === 1) values.push(readAnyValue(reader.message()));
  return values;
}

function readMap(reader: ProtobufReader): Record<string, AnyValue> {
  const map: Record<string, AnyValue> = {};
  while (reader.next()) if (reader.field === 1) readKeyValue(reader.message(), map);
  return map;
}
