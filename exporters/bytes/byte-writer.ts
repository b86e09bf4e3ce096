/** Node's undocumented fast path of `buffer.write(text, offset, 'utf8')`, absent in other runtimes. */
type FastBuffer = Buffer & { utf8Write?(text: string, offset: number): number };

/** Bytes up to this number are copied by a loop: cheaper than a call into C++. */
const BYTES_LOOP_LIMIT = 10;

/** The same within the buffer. */
const REPEAT_LOOP_LIMIT = 24;

/** Buffers kept for later: as many as requests that a delivery has under way, and bytes of all of them. */
const MAX_SPARE = 4;
const MAX_SPARE_BYTES = 16 * 1024 * 1024;

/**
 * Writes into one growing buffer. Positions stay valid when it grows. It knows no format: encoders
 * extend it.
 */
export class ByteWriter {
  /** Where the next byte goes; to go back, use {@link rewind}. */
  position = 0;
  protected buffer: FastBuffer;
  /** Length of the buffer: a plain number is read faster. */
  private size: number;
  /** What {@link again} has promised but not yet copied: `[runStart, runEnd)` goes to `runTo`. */
  private runStart = 0;
  private runEnd = 0;
  private runTo = 0;

  /** Memory that was given back. */
  private readonly spare: Buffer[] = [];
  private spareBytes = 0;

  /** @param capacity bytes to start with */
  constructor(private readonly capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
    this.size = capacity;
  }

  /** The bytes from `start` to `end`, as a view: valid until the next write. */
  view(start: number, end: number): Buffer {
    this.settle();
    return this.buffer.subarray(start, end);
  }

  /** Hands over what was written, and goes on at 0 with another buffer. */
  take(): Buffer {
    this.settle();
    const { buffer, position } = this;
    this.buffer = this.unused(position);
    this.size = this.buffer.length;
    this.position = 0;
    return buffer.subarray(0, position);
  }

  /** Gives the memory back that {@link take} handed over. Optional: without it, memory is new each time. */
  release({ buffer }: Uint8Array): void {
    const { byteLength } = buffer;
    if (this.spare.length >= MAX_SPARE || this.spareBytes + byteLength > MAX_SPARE_BYTES) return;
    this.spare.push(Buffer.from(buffer));
    this.spareBytes += byteLength;
  }

  /** True if memory that was given back waits to be used. */
  get hasSpare(): boolean {
    return this.spare.length > 0;
  }

  /** @param expected bytes that will be written, most likely: to grow means to copy */
  private unused(expected: number): Buffer {
    const buffer = this.spare.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(Math.max(this.capacity, nextPowerOf2(expected)));
    this.spareBytes -= buffer.length;
    return buffer;
  }

  /** Goes back to an earlier position; what was written behind it is void. */
  rewind(position: number): void {
    this.settle();
    this.position = position;
  }

  /** Makes room for `bytes` more; returns the buffer, valid until the next call. */
  room(bytes: number): Buffer {
    const needed = this.position + bytes;
    if (needed > this.size) this.grow(needed);
    return this.buffer;
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    const buffer = this.room(length);
    if (length > BYTES_LOOP_LIMIT) {
      buffer.set(bytes, this.position);
    } else {
      const { position } = this;
      for (let index = 0; index < length; index++) buffer[position + index] = bytes[index] as number;
    }
    this.position += length;
  }

  /** A part of other bytes. */
  copy(from: Buffer, start: number, end: number): void {
    this.room(end - start);
    this.position += from.copy(this.buffer, this.position, start, end);
  }

  /**
   * Repeats what was written before. Pieces that follow each other here and there are copied at once:
   * so the bytes are only there after {@link settle}. Returns where they will begin: whoever repeats
   * from there the next time has pieces that follow each other more often.
   */
  again(start: number, end: number): number {
    const { position } = this;
    this.room(end - start);
    if (end > this.runTo && this.runTo >= 0) this.settle();
    const { runEnd } = this;
    if (start !== runEnd || position !== this.runTo + runEnd - this.runStart) {
      this.settle();
      this.runStart = start;
      this.runTo = position;
    }
    this.runEnd = end;
    this.position = position + end - start;
    return position;
  }

  /** Copies what {@link again} has put off; needed before such bytes are changed. */
  settle(): void {
    const { runStart, runEnd } = this;
    if (runStart === runEnd) return;
    const { buffer, runTo } = this;
    if (runEnd - runStart > REPEAT_LOOP_LIMIT) buffer.copyWithin(runTo, runStart, runEnd);
    else
      for (let from = runStart, to = runTo; from < runEnd; from++, to++) buffer[to] = buffer[from] as number;
    this.runStart = runEnd;
    this.runTo = -1;
  }

  /** Repeats what was written from `start` to `end`, at once. */
  copyWithin(start: number, end: number): void {
    this.settle();
    const { position } = this;
    this.room(end - start).copyWithin(position, start, end);
    this.position = position + end - start;
  }

  /** Replaces a few bytes by a part of others. */
  overwritePart(at: number, from: Uint8Array, start: number, length: number): void {
    const { buffer } = this;
    for (let index = 0; index < length; index++) buffer[at + index] = from[start + index] as number;
  }

  /** Replaces bytes that were written before. */
  overwrite(at: number, bytes: Uint8Array): void {
    this.buffer.set(bytes, at);
  }

  byte(value: number): void {
    this.room(1)[this.position++] = value;
  }

  /** Text as UTF-8; lone surrogates become U+FFFD. */
  text(text: string): void {
    this.room(text.length * 3);
    this.position += this.putText(text, this.position);
  }

  /** The same at any position that has room, which stays where it was; returns the bytes written. */
  protected putText(text: string, at: number): number {
    const { buffer } = this;
    return buffer.utf8Write ? buffer.utf8Write(text, at) : buffer.write(text, at, 'utf8');
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.size * 2));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
    this.size = larger.length;
  }
}

/** The smallest power of two that is no smaller than a number below 2^31. */
function nextPowerOf2(value: number): number {
  return value < 2 ? 1 : 2 ** (32 - Math.clz32(value - 1));
}

/** The lower 32 bits of a number, big-endian. */
export function putUint32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}
