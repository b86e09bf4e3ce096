import type { Signal } from '../../../src/core/index.ts';

/** Which destination and signal a segment is for. */
export interface StreamKey {
  /** The name that the user configured, e.g. `otlp/eu`. */
  readonly destination: string;
  readonly signal: Signal;
}

const NAME = /^\d{8}\.(traces|metrics|logs)\.(.+)\.seg$/;

/** The name of a segment's file; the number only grows within a directory. */
export function segmentName(number: number, { destination, signal }: StreamKey): string {
  return `${String(number).padStart(8, '0')}.${signal}.${encodeURIComponent(destination)}.seg`;
}

/** Undefined for the name of any other file. */
export function parseSegmentName(name: string): StreamKey | undefined {
  const [, signal, destination] = NAME.exec(name) ?? [];
  if (signal === undefined || destination === undefined) return undefined;
  try {
    return { signal: signal as Signal, destination: decodeURIComponent(destination) };
  } catch {
    return undefined;
  }
}
