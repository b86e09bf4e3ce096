import { ByteWriter, hexDigit, Nanoseconds } from '../../bytes/index.ts';

/** Texts up to this length are written by a loop: cheaper than a call into C++. */
const LOOP_LIMIT = 16;
const TWO_32 = 4_294_967_296;

/**
 * Writes protobuf into one growing buffer, without asking for sizes first: room is left for a length
 * and filled in behind the message. Source: Protocol Buffers, "Encoding".
 */
export class ProtobufWriter extends ByteWriter {
  /** Another number means that the positions of what was written before are void. */
  epoch = 0;
  private readonly time = new Nanoseconds();

  /** Begins anew: positions are void. */
  begin(): void {
    this.rewind(0);
    this.epoch++;
  }

  /**
   * Begins a message of unknown length, behind its tag; returns where its content starts.
   *
   * @param room bytes left for the length: the better the guess, the less is moved
   */
  open(room: number): number {
    this.room(room);
    this.position += room;
    return this.position;
  }

  /** Ends a message that {@link open} began; returns how many bytes its length took. */
  close(start: number, room: number): number {
    const length = this.position - start;
    const needed = varintSize(length);
    if (needed !== room) this.shift(start, needed - room);
    this.putVarint(start - room, length);
    return needed;
  }

  /** A non-negative integer below 2^53: tags, lengths, counts. */
  varint(value: number): void {
    this.room(10);
    this.position = this.putVarint(this.position, value);
  }

  /** Any integer as an int64, modulo 2^64. */
  int64(value: number): void {
    if (value >= 0 && value < TWO_32) {
      this.varint(value);
      return;
    }
    const buffer = this.room(10);
    let at = this.position;
    let low = value >>> 0;
    let high = highWord(value);
    while (high > 0 || low > 127) {
      buffer[at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    buffer[at++] = low;
    this.position = at;
  }

  /** A bigint as an int64, modulo 2^64. */
  bigInt64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) this.byte(Number(rest & 127n) | 128);
    this.byte(Number(rest));
  }

  /** Overwrites an earlier byte. */
  patch(at: number, value: number): void {
    this.buffer[at] = value;
  }

  /** A sint32. */
  sint32(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A fixed32. */
  fixed32(value: number): void {
    this.room(4);
    this.putFixed32(value);
  }

  /** A number's whole part as a fixed64 or sfixed64, modulo 2^64. */
  fixed64(value: number): void {
    this.room(8);
    const whole = Math.trunc(value);
    this.putFixed32(whole);
    this.putFixed32(highWord(whole));
  }

  /** `seconds * 10^9 + nanos` as a fixed64. */
  nanoseconds(seconds: number, nanos: number): void {
    this.room(8);
    this.time.set(seconds, nanos);
    this.putFixed32(this.time.low);
    this.putFixed32(this.time.high);
  }

  /** A float64. */
  double(value: number): void {
    this.position = this.room(8).writeDoubleLE(value, this.position);
  }

  /** Bytes behind their length. */
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** The bytes that hex digits stand for, behind their length. */
  hex(text: string): void {
    const { length } = text;
    const buffer = this.room((length >> 1) + 10);
    let at = this.putVarint(this.position, length >> 1);
    for (let index = 0; index + 1 < length; index += 2) {
      buffer[at++] = (hexDigit(text.charCodeAt(index)) << 4) | hexDigit(text.charCodeAt(index + 1));
    }
    this.position = at;
  }

  /** Text in UTF-8 behind its length; lone surrogates become U+FFFD. */
  string(text: string): void {
    const { length } = text;
    this.room(length * 3 + 5);
    if (length <= LOOP_LIMIT && this.shortAscii(text)) return;
    const { position } = this;
    const guess = varintSize(length);
    let written = this.putText(text, position + guess);
    const size = varintSize(written);
    if (size !== guess) written = this.putText(text, position + size);
    this.putVarint(position, written);
    this.position = position + size + written;
  }

  private shortAscii(text: string): boolean {
    const { length } = text;
    const { buffer } = this;
    let at = this.position;
    buffer[at++] = length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      buffer[at++] = code;
    }
    this.position = at;
    return true;
  }

  /** Writes a varint where there is room; returns the position behind it. */
  private putVarint(at: number, value: number): number {
    const { buffer } = this;
    let to = at;
    let rest = value;
    while (rest >= 2 ** 28) {
      buffer[to++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      buffer[to++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    buffer[to++] = rest;
    return to;
  }

  private putFixed32(value: number): void {
    const { buffer, position } = this;
    const word = value >>> 0;
    buffer[position] = word;
    buffer[position + 1] = word >>> 8;
    buffer[position + 2] = word >>> 16;
    buffer[position + 3] = word >>> 24;
    this.position = position + 4;
  }

  /** Moves what is behind `start`, because its length takes more or less room than was left. */
  private shift(start: number, by: number): void {
    this.settle();
    this.room(by);
    this.buffer.copyWithin(start + by, start, this.position);
    this.position += by;
    this.epoch++;
  }
}

/** The upper 32 bits of an integer in two's complement, modulo 2^64. */
function highWord(value: number): number {
  return Math.floor(value / TWO_32) >>> 0;
}

/** Bytes of a varint below 2^53. */
export function varintSize(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  return value < 268_435_456 ? 4 : 5;
}
