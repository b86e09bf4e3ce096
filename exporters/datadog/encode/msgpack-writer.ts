import { hex32 } from './hex.ts';

/** Node's undocumented fast path of `buffer.write(text, offset, 'utf8')`, absent in other runtimes. */
type FastBuffer = Buffer & { utf8Write?(text: string, offset: number): number };

/** Strings up to this length are written by a loop: cheaper than a call into C++. */
const LOOP_LIMIT = 24;
/** The same for bytes, where the call is cheaper. */
const BYTES_LOOP_LIMIT = 20;
/** The same for bytes of the buffer itself. */
const REPEAT_LOOP_LIMIT = 40;
const TWO_32 = 4_294_967_296;
/** 10 to the power of the index. */
const POWERS = Array.from({ length: 17 }, (_, exponent) => 10 ** exponent);
/** The digits of 000 to 999. */
const DIGITS = Uint8Array.from({ length: 3_000 }, (_, at) => {
  const power = [100, 10, 1][at % 3] as number;
  return 0x30 + (Math.floor(Math.floor(at / 3) / power) % 10);
});

/**
 * Writes MessagePack into one growing buffer. Positions stay valid when it grows.
 * Source: MessagePack specification. Strings may use a longer header than needed, which the
 * specification allows: the length is only known once the text is written.
 */
export class MsgpackWriter {
  position = 0;
  private buffer: FastBuffer;
  /** Length of the buffer: a plain number is read faster. */
  private size: number;

  /** @param capacity bytes to start with */
  constructor(private readonly capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
    this.size = capacity;
  }

  /** The bytes from `start` to `end`, as a view: valid until the next write. */
  view(start: number, end: number): Buffer {
    return this.buffer.subarray(start, end);
  }

  /** Hands the buffer over and goes on, at 0, with another one. */
  swap(next: Buffer | undefined): Buffer {
    const { buffer } = this;
    this.buffer = next ?? Buffer.allocUnsafeSlow(this.capacity);
    this.size = this.buffer.length;
    this.position = 0;
    return buffer;
  }

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed > this.size) this.grow(needed);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.size * 2));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
    this.size = larger.length;
  }

  /** Bytes that are MessagePack already. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    if (length > BYTES_LOOP_LIMIT) {
      this.buffer.set(bytes, this.position);
    } else {
      const { buffer, position } = this;
      for (let index = 0; index < length; index++) buffer[position + index] = bytes[index] as number;
    }
    this.position += length;
  }

  /** Repeats what was written before. */
  again(start: number, end: number): void {
    this.reserve(end - start);
    const { buffer, position } = this;
    if (end - start > REPEAT_LOOP_LIMIT) {
      buffer.copyWithin(position, start, end);
    } else {
      for (let from = start, to = position; from < end; from++, to++) buffer[to] = buffer[from] as number;
    }
    this.position += end - start;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.position++] = value;
  }

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
    this.reserve(9);
    const { buffer, position } = this;
    buffer[position] = 0xcf;
    putUint32(buffer, position + 1, high);
    putUint32(buffer, position + 5, low);
    this.position += 9;
  }

  /** `seconds * 10^9 + nanos` as a uint64, exact without BigInt: the product is made in 16-bit parts. */
  nanoseconds(seconds: number, nanos: number): void {
    const secondsHigh = Math.floor(seconds / 65_536);
    const low = (seconds - secondsHigh * 65_536) * 1e9 + nanos;
    const carry = Math.floor(low / 65_536);
    const upper = secondsHigh * 1e9 + carry;
    const high = Math.floor(upper / 65_536);
    this.uint64(high, (upper - high * 65_536) * 65_536 + (low - carry * 65_536));
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

  /** Overwrites the uint64 at an earlier position with `seconds * 10^9 + nanos`. */
  patchNanoseconds(at: number, seconds: number, nanos: number): void {
    const end = this.position;
    this.position = at - 1;
    this.nanoseconds(seconds, nanos);
    this.position = end;
  }

  /** Overwrites one byte. */
  patchByte(at: number, value: number): void {
    this.buffer[at] = value;
  }

  /** An integer up to 2^32 in its short form, anything else as float64. */
  number(value: number): void {
    this.reserve(9);
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
    this.reserve(9);
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
    this.reserve(9);
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

  /** Text without a header, for use between {@link openString} and {@link closeString}. */
  text(text: string): void {
    const { length } = text;
    this.reserve(length * 3);
    this.position += writeUtf8(this.buffer, text, this.position);
  }

  /** A JSON string without a MessagePack header; short plain ones are copied as they are. */
  json(text: string): void {
    const { length } = text;
    this.reserve(length + 2);
    const { buffer } = this;
    let at = this.position;
    buffer[at++] = 0x22;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (length > 64 || code < 0x20 || code === 0x22 || code === 0x5c || code > 0x7e) {
        this.text(JSON.stringify(text));
        return;
      }
      buffer[at++] = code;
    }
    buffer[at++] = 0x22;
    this.position = at;
  }

  /** A non-negative integer below 2^53 in at least `width` (up to 16) decimal digits, without a header. */
  decimal(value: number, width: number): void {
    this.reserve(20);
    let digits = width;
    for (let limit = POWERS[width] as number; value >= limit; limit *= 10) digits++;
    const { buffer, position } = this;
    let at = position + digits;
    let rest = value;
    for (; at - position >= 3; at -= 3) {
      const next = rest < 2 ** 31 ? (rest / 1_000) | 0 : Math.floor(rest / 1_000);
      const group = (rest - next * 1_000) * 3;
      buffer[at - 3] = DIGITS[group] as number;
      buffer[at - 2] = DIGITS[group + 1] as number;
      buffer[at - 1] = DIGITS[group + 2] as number;
      rest = next;
    }
    if (at - position === 2) {
      buffer[position] = DIGITS[rest * 3 + 1] as number;
      buffer[position + 1] = DIGITS[rest * 3 + 2] as number;
    } else if (at > position) buffer[position] = DIGITS[rest * 3 + 2] as number;
    this.position += digits;
  }

  /** A string in UTF-8; lone surrogates become U+FFFD. */
  string(text: string): void {
    const { length } = text;
    this.reserve(length * 3 + 5);
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

  private longString(text: string): void {
    const { buffer, position } = this;
    const most = text.length * 3;
    const header = most < 256 ? 2 : most < 65_536 ? 3 : 5;
    const written = writeUtf8(buffer, text, position + header);
    if (header === 2) {
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
    this.reserve(5);
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

function writeUtf8(buffer: FastBuffer, text: string, at: number): number {
  return buffer.utf8Write ? buffer.utf8Write(text, at) : buffer.write(text, at, 'utf8');
}

function putUint32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}
