/** How items are gathered into requests; the same shape as `BatchConfig` of the configuration. */
export interface BatchOptions {
  /** How many items may be in memory; what comes on top is dropped and counted. */
  readonly queueSize: number;
  /** How many items go into one export at most. */
  readonly batchSize: number;
  /**
   * How many at most while a request is under way, and for an eighth of a second after a full one, to a
   * destination that works: what comes in the meantime is gathered, since each request costs as much as
   * hundreds of items. Default: `batchSize`.
   */
  readonly busyBatchSize?: number;
  /** Milliseconds that items may wait for a full batch. */
  readonly delay: number;
  /** Milliseconds that one export, and one flush, may take; 0 for no limit. */
  readonly timeout: number;
}

/** When metrics are read and exported; times in milliseconds. */
export interface MetricReaderOptions {
  readonly interval: number;
  /** How long one export may take; at most the interval counts; 0 for the whole interval. */
  readonly timeout: number;
}

/** Which items go when the queue is full. */
export type DropPolicy = 'newest' | 'oldest';

/** What all deliveries share; every value has a default in {@link DELIVERY_DEFAULTS}. */
export interface DeliveryOptions {
  /**
   * Memory of all items that wait, per destination and signal. An item that waits as an object counts
   * four times its estimated bytes.
   */
  readonly queueBytes: number;
  /** Estimated bytes at which a batch is sent before it is full. */
  readonly batchBytes: number;
  readonly whenFull: DropPolicy;
  /** Requests under way at once, per destination and signal. */
  readonly concurrency: number;
  /** Milliseconds; the first pause before a retry is between 0 and this, each further up to twice the last. */
  readonly retryDelay: number;
  /** Milliseconds that no pause of our own is longer than. */
  readonly maxRetryDelay: number;
  /** The breaker opens when so many of the last twice as many requests failed. */
  readonly breakerThreshold: number;
  /** Milliseconds that an open breaker waits before one request probes. */
  readonly breakerReset: number;
  /** Milliseconds that `shutdown` may wait for what is left. */
  readonly shutdownTimeout: number;
}

/** Due at once. */
export const NOW = Number.NEGATIVE_INFINITY;

/** How long everything waits after the credentials were refused: half a minute. */
export const CREDENTIALS_PAUSE = 30_000;

const MIB = 1024 * 1024;

/** Sized for a container of 512 MB; see docs/reliability.md. */
export const DELIVERY_DEFAULTS: DeliveryOptions = {
  queueBytes: 64 * MIB,
  batchBytes: 2 * MIB,
  whenFull: 'newest',
  concurrency: 4,
  retryDelay: 1_000,
  maxRetryDelay: 30_000,
  breakerThreshold: 5,
  breakerReset: 5_000,
  shutdownTimeout: 1_000,
};

/** The longest delay of a Node.js timer (2³¹ − 1 ms, 24 days): stands for "no limit". */
export const NO_LIMIT = 2_147_483_647;

/** False for 0 and for the longest delay there is, which both stand for "no limit". */
export function isLimit(ms: number): boolean {
  return ms > 0 && ms < NO_LIMIT;
}

/** The shorter of two limits. */
export function shorterLimit(a: number, b: number): number {
  if (!isLimit(a)) return b;
  return isLimit(b) ? Math.min(a, b) : a;
}
