import { crc32 } from 'node:zlib';
import type { Signal } from '../../../src/core/index.ts';

/**
 * A frame of a segment file: 28 bytes of header, then the payload. Numbers are little-endian.
 *
 *     0  magic F5 53 42 FA   (F5 and FA occur in no UTF-8 text)
 *     4  version, u8         5  kind, u8         6  zero, u16
 *     8  payload bytes, u32  12 items in it, u32
 *     16 wall clock in ms, f64
 *     24 CRC-32 of bytes 4 to 23 and of the payload, u32
 */
export const HEADER = 28;
export const MAGIC = Buffer.from([0xf5, 0x53, 0x42, 0xfa]);
export const VERSION_OF_FRAMES = 1;

/** Larger than every request may be: a length beyond it is not one. */
const MAX_PAYLOAD = 256 * 1024 * 1024;

/** What a frame holds: the items of a signal, or the ranges of the same file that are settled. */
export type FrameKind = Signal | 'settled';

const CODES: Readonly<Record<FrameKind, number>> = { settled: 0, traces: 1, metrics: 2, logs: 3 };
const KINDS: readonly FrameKind[] = ['settled', 'traces', 'metrics', 'logs'];

/** The header of a frame. */
export interface FrameHead {
  readonly kind: FrameKind;
  /** Spans, log records or data points in it. */
  readonly items: number;
  /** Milliseconds since the Unix epoch when it was written. */
  readonly time: number;
  /** Of the payload. */
  readonly length: number;
}

/** Bytes to read frames from: a file, or what was read from one. */
export interface ByteSource {
  readonly size: number;
  /** So many bytes at this position; undefined if there are fewer. Valid until the next call. */
  view(at: number, length: number): Buffer | undefined;
}

/** The header to write in front of a payload. */
export function frameHeader(kind: FrameKind, items: number, time: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header[4] = VERSION_OF_FRAMES;
  header[5] = CODES[kind];
  header.writeUInt32LE(payload.length, 8);
  header.writeUInt32LE(items, 12);
  header.writeDoubleLE(time, 16);
  header.writeUInt32LE(checksum(header, payload), 24);
  return header;
}

/** The frame that begins at this position, undefined if none does or it is damaged. */
export function readFrame(source: ByteSource, at: number): (FrameHead & { payload: Buffer }) | undefined {
  const head = readHead(source, at);
  if (!head) return undefined;
  const frame = source.view(at, HEADER + head.length);
  if (!frame) return undefined;
  const payload = frame.subarray(HEADER);
  return frame.readUInt32LE(24) === checksum(frame, payload) ? { ...head, payload } : undefined;
}

function readHead(source: ByteSource, at: number): FrameHead | undefined {
  const header = source.view(at, HEADER);
  if (header?.compare(MAGIC, 0, 4, 0, 4) !== 0 || header[4] !== VERSION_OF_FRAMES) return undefined;
  const kind = KINDS[header[5] as number];
  const length = header.readUInt32LE(8);
  if (kind === undefined || length > MAX_PAYLOAD) return undefined;
  return { kind, items: header.readUInt32LE(12), time: header.readDoubleLE(16), length };
}

function checksum(header: Buffer, payload: Uint8Array): number {
  return crc32(payload, crc32(header.subarray(4, 24)));
}

const STRIDE = 64 * 1024;

/** Where the next magic begins behind this position; the size of the source if there is none. */
export function nextMagic(source: ByteSource, after: number): number {
  for (let at = after + 1; at < source.size; at += STRIDE) {
    // Windows overlap by three bytes, so that none is cut in two.
    const window = source.view(at, Math.min(STRIDE + MAGIC.length - 1, source.size - at));
    const found = window?.indexOf(MAGIC) ?? -1;
    if (found >= 0) return at + found;
  }
  return source.size;
}

/** True if what is at this position is the beginning of a frame whose end was never written. */
export function isTorn(source: ByteSource, at: number): boolean {
  const left = source.size - at;
  const beginning = source.view(at, Math.min(left, 5));
  if (!beginning) return false;
  const expected = Buffer.from([...MAGIC, VERSION_OF_FRAMES]).subarray(0, beginning.length);
  if (!beginning.equals(expected)) return false;
  const head = readHead(source, at);
  return left < HEADER || (head !== undefined && HEADER + head.length > left);
}

/** Bytes in memory as a source. */
export class BufferSource implements ByteSource {
  constructor(private readonly bytes: Buffer) {}

  get size(): number {
    return this.bytes.length;
  }

  view(at: number, length: number): Buffer | undefined {
    return at + length > this.bytes.length ? undefined : this.bytes.subarray(at, at + length);
  }
}
