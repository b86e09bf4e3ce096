/** What a field is, by its wire type. Source: protobuf, "Encoding". */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const NOT_PROTOBUF = 'not protobuf';

/**
 * Reads the fields of one protobuf message, in the order they come. {@link next} goes to a field,
 * one of the others reads its value; a field that was not read is skipped.
 * @throws RangeError if it is not protobuf
 */
export class ProtobufReader {
  /** The number of the field, from its `.proto`. */
  field = 0;
  private wire: number = WIRE.varint;
  private at = 0;
  private isRead = true;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to the next field; false if there is none. */
  next(): boolean {
    if (!this.isRead) this.skip();
    if (this.at >= this.bytes.length) return false;
    const key = this.readVarint();
    this.field = Math.floor(key / 8);
    this.wire = key % 8;
    if (this.field === 0) throw new RangeError(NOT_PROTOBUF);
    this.isRead = false;
    return true;
  }

  /** Unsigned; beyond 2⁵³ the last digits are lost. */
  uint(): number {
    this.expect(WIRE.varint);
    return this.readVarint();
  }

  /** Of type int64: two's complement in 64 bits. */
  int(): number {
    this.expect(WIRE.varint);
    return Number(BigInt.asIntN(64, this.readBigVarint()));
  }

  /** Of type sint32: zigzag. */
  sint(): number {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  double(): number {
    return this.view.getFloat64(this.take(WIRE.fixed64, 8), true);
  }

  fixed32(): number {
    return this.view.getUint32(this.take(WIRE.fixed32, 4), true);
  }

  fixed64(): bigint {
    return this.view.getBigUint64(this.take(WIRE.fixed64, 8), true);
  }

  sfixed64(): bigint {
    return this.view.getBigInt64(this.take(WIRE.fixed64, 8), true);
  }

  /** A part of the message itself, not a copy. */
  slice(): Uint8Array {
    this.expect(WIRE.bytes);
    const length = this.readVarint();
    const from = this.forward(length);
    return this.bytes.subarray(from, from + length);
  }

  text(): string {
    const { buffer, byteOffset, byteLength } = this.slice();
    return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  }

  hex(): string {
    const { buffer, byteOffset, byteLength } = this.slice();
    return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
  }

  message(): ProtobufReader {
    return new ProtobufReader(this.slice());
  }

  /** The values of a repeated field, all at once (packed) or one of them. */
  *packed<T>(wire: number, read: (reader: ProtobufReader) => T): Generator<T> {
    if (this.wire !== WIRE.bytes) {
      yield read(this);
      return;
    }
    const inner = this.message();
    while (inner.at < inner.bytes.length) {
      inner.wire = wire;
      inner.isRead = false;
      yield read(inner);
    }
  }

  private skip(): void {
    if (this.wire === WIRE.varint) this.uint();
    else if (this.wire === WIRE.fixed64) this.take(WIRE.fixed64, 8);
    else if (this.wire === WIRE.bytes) this.slice();
    else this.take(WIRE.fixed32, 4);
  }

  private take(wire: number, length: number): number {
    this.expect(wire);
    return this.forward(length);
  }

  private forward(length: number): number {
    const from = this.at;
    if (from + length > this.bytes.length) throw new RangeError(NOT_PROTOBUF);
    this.at += length;
    return from;
  }

  private expect(wire: number): void {
    if (this.wire !== wire) throw new RangeError(NOT_PROTOBUF);
    this.isRead = true;
  }

  private readVarint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError(NOT_PROTOBUF);
  }

  private readBigVarint(): bigint {
    const from = this.at;
    const value = this.readVarint();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let at = this.at - 1; at >= from; at--) {
      exact = (exact << 7n) | BigInt((this.bytes[at] as number) & 0x7f);
    }
    return exact;
  }
}
