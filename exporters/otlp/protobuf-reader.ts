/** A field of a protobuf message: a number for varint and fixed ones, bytes for the rest. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a small protobuf message, in order. Enough for the answers of OTLP; whole numbers
 * beyond 2⁵³ lose their last digits. @throws RangeError if it is not protobuf
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('not protobuf');
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('not protobuf');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wireType = key % 8;
    if (number === 0) throw new RangeError('not protobuf');
    if (wireType === 0) yield { number, value: varint() };
    else if (wireType === 1) yield { number, value: take(8) };
    else if (wireType === 2) yield { number, value: take(varint()) };
    else if (wireType === 5) yield { number, value: take(4) };
    else throw new RangeError('not protobuf');
  }
}

/** The last field of this number that has bytes, as a message or text. */
export function bytesField(bytes: Uint8Array, wanted: number): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === wanted && typeof value !== 'number') found = value;
  }
  return found;
}

/** The last field of this number that is a varint; 0 if there is none. */
export function numberField(bytes: Uint8Array, wanted: number): number {
  let found = 0;
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === wanted && typeof value === 'number') found = value;
  }
  return found;
}
