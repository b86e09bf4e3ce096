import { ByteWriter, hex32, Nanoseconds, putUint32 } from '../../bytes/index.ts';

/** Strings up to this length are written by a loop: cheaper than a call into C++. */
const LOOP_LIMIT = 24;
/** The longest text whose length is in the first byte. */
const SHORT = 31;
const TWO_32 = 4_294_967_296;

/**
 * Writes MessagePack into one growing buffer.
 * Source: MessagePack specification. Maps and arrays may use a longer header than needed, which the
 * specification allows: their size is only known at the end.
 */
export class MsgpackWriter extends ByteWriter {
  private readonly time = new Nanoseconds();

  /** A map or array header with a 32-bit length; returns the position to {@link patch32} it at. */
  openMap(): number {
    return this.header32(0xdf);
  }

  openArray(): number {
    return this.header32(0xdd);
  }

  /** Writes a big-endian uint32 at an earlier position. */
  patch32(at: number, value: number): void {
    this.buffer.writeUInt32BE(value, at);
  }

  /** A uint64 from its two halves, each any integer (taken modulo 2^32). */
  uint64(high: number, low: number): void {
    this.room(9);
    const { buffer, position } = this;
    buffer[position] = 0xcf;
    putUint32(buffer, position + 1, high);
    putUint32(buffer, position + 5, low);
    this.position += 9;
  }

  /** The number of 16 hex digits of `text` from `from`, as a uint64. */
  hexUint64(text: string, from: number): void {
    this.uint64(hex32(text, from), hex32(text, from + 8));
  }

  /** Overwrites the uint64 at an earlier position with a number of 16 hex digits. */
  patchHex(at: number, text: string): void {
    putUint32(this.buffer, at, hex32(text, 0));
    putUint32(this.buffer, at + 4, hex32(text, 8));
  }

  /** `seconds * 10^9 + nanos` as a uint64. */
  nanoseconds(seconds: number, nanos: number): void {
    this.time.set(seconds, nanos);
    this.uint64(this.time.high, this.time.low);
  }

  /** Overwrites the uint64 at an earlier position with `seconds * 10^9 + nanos`. */
  patchNanoseconds(at: number, seconds: number, nanos: number): void {
    const { buffer, time } = this;
    time.set(seconds, nanos);
    putUint32(buffer, at, time.high);
    putUint32(buffer, at + 4, time.low);
  }

  /** Overwrites one byte. */
  patchByte(at: number, value: number): void {
    this.buffer[at] = value;
  }

  /** An integer up to 2^32 in its short form, anything else as float64. */
  number(value: number): void {
    this.room(9);
    const { buffer, position } = this;
    if (value >= 0 && value < TWO_32 && Number.isInteger(value) && !Object.is(value, -0)) {
      if (value < 128) {
        buffer[position] = value;
        this.position += 1;
      } else {
        buffer[position] = 0xce;
        putUint32(buffer, position + 1, value);
        this.position += 5;
      }
      return;
    }
    this.double(value);
  }

  /** A float64. */
  double(value: number): void {
    this.room(9);
    this.buffer[this.position] = 0xcb;
    this.buffer.writeDoubleBE(value, this.position + 1);
    this.position += 9;
  }

  /** A safe integer of either sign, never as a float. */
  integer(value: number): void {
    if (value >= 0 && value < TWO_32) {
      this.number(value + 0);
      return;
    }
    this.room(9);
    const high = Math.floor(value / TWO_32);
    this.buffer[this.position] = value < 0 ? 0xd3 : 0xcf;
    putUint32(this.buffer, this.position + 1, high);
    putUint32(this.buffer, this.position + 5, value - high * TWO_32);
    this.position += 9;
  }

  /** A string header to be {@link closeString}d when its text is written; returns its position. */
  openString(): number {
    return this.header32(0xdb);
  }

  closeString(at: number): void {
    this.patch32(at, this.position - at - 4);
  }

  /** A string in UTF-8; lone surrogates become U+FFFD. */
  string(text: string): void {
    const { length } = text;
    this.room(length * 3 + 5);
    if (length > LOOP_LIMIT || !this.shortAscii(text)) this.longString(text);
  }

  private shortAscii(text: string): boolean {
    const { length } = text;
    const { buffer } = this;
    let at = this.position;
    buffer[at++] = 0xa0 | length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      buffer[at++] = code;
    }
    this.position = at;
    return true;
  }

  /** Leaves as much room for the length as plain text needs; writes again if it was none. */
  private longString(text: string): void {
    const { buffer, position } = this;
    const { length } = text;
    const expected = headerSize(length);
    let written = this.putText(text, position + expected);
    const header = headerSize(written);
    if (header !== expected) written = this.putText(text, position + header);
    if (header === 1) {
      buffer[position] = 0xa0 | written;
    } else if (header === 2) {
      buffer[position] = 0xd9;
      buffer[position + 1] = written;
    } else if (header === 3) {
      buffer[position] = 0xda;
      buffer[position + 1] = written >>> 8;
      buffer[position + 2] = written;
    } else {
      buffer[position] = 0xdb;
      putUint32(buffer, position + 1, written);
    }
    this.position = position + header + written;
  }

  private header32(type: number): number {
    this.room(5);
    this.buffer[this.position] = type;
    this.position += 5;
    return this.position - 4;
  }
}

/** One string as MessagePack. */
export function msgpackString(text: string): Buffer {
  const writer = new MsgpackWriter(text.length * 3 + 5);
  writer.string(text);
  return Buffer.from(writer.view(0, writer.position));
}

/** Bytes in front of a string of so many bytes. */
function headerSize(bytes: number): number {
  if (bytes <= SHORT) return 1;
  return bytes < 256 ? 2 : bytes < 65_536 ? 3 : 5;
}
