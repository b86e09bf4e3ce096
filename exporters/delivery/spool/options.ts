/**
 * When telemetry goes to disk. `on-failure`: when it cannot be sent, and at the end of the process.
 * `write-ahead`: at once, before it is queued.
 */
export type SpoolMode = 'on-failure' | 'write-ahead';

/** Where and how telemetry is kept on disk. */
export interface SpoolOptions {
  /** Shared by all processes that are given it. */
  readonly directory: string;
  readonly mode: SpoolMode;
  /** Ask the disk to have it, for whole groups at a time: survives a power cut but for the last group. */
  readonly fsync: boolean;
  /** Bytes in the directory, of all processes together; beyond them the oldest goes. */
  readonly maxBytes: number;
  /** Milliseconds after which telemetry is worth nothing any more. */
  readonly maxAge: number;
}

/** Bytes after which a new segment is begun; only whole ones are removed. */
export const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Milliseconds between two signs of life, and looks at what others have left. */
export const HEARTBEAT = 10_000;
/** Milliseconds without a sign of life after which a process on another machine or in another container counts as dead. */
export const STALE = 60_000;
/** Milliseconds before the first look, so that it is not part of the start. */
export const FIRST_LOOK = 200;
/** Milliseconds before the disk is tried again after it failed. */
export const DISK_PAUSE = 30_000;
