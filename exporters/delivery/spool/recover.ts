import type { FileSystem } from './file-system.ts';
import { BufferSource, HEADER, isTorn, nextMagic, readFrame } from './frame.ts';
import { Segment } from './segment.ts';

interface Found {
  readonly at: number;
  readonly items: number;
}

/**
 * A segment of an earlier process, as far as it can be read: behind a damaged frame it goes on with
 * the next magic. A last frame that was never finished is nothing unusual after a crash; all other
 * bytes that had to be skipped are counted in `unreadable`.
 */
export function recoverSegment(files: FileSystem, path: string, bytes: Buffer): Segment {
  const segment = new Segment(files, path, true);
  segment.size = bytes.length;
  segment.sealed = true;
  const source = new BufferSource(bytes);
  const found: Found[] = [];
  for (let at = 0; at < bytes.length; ) {
    const frame = readFrame(source, at);
    const end = frame ? at + HEADER + frame.length : nextMagic(source, at);
    if (!frame) {
      if (end < bytes.length || !isTorn(source, at)) segment.unreadable += end - at;
      segment.settled.add(at, end);
    } else if (frame.kind === 'settled') {
      settleRanges(segment, frame.payload);
      segment.settled.add(at, end);
    } else {
      found.push({ at, items: frame.items });
      segment.lastTime = Math.max(segment.lastTime, frame.time);
    }
    at = end;
  }
  for (const { at, items } of found) if (segment.settled.endOf(at) === undefined) segment.free += items;
  return segment;
}

function settleRanges(segment: Segment, ranges: Buffer): void {
  for (let at = 0; at + 8 <= ranges.length; at += 8) {
    segment.settled.add(ranges.readUInt32LE(at), ranges.readUInt32LE(at + 4));
  }
}
