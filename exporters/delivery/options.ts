/** How items are gathered into requests; the same shape as `BatchConfig` of the configuration. */
export interface BatchOptions {
  /** How many items may wait; more are dropped. */
  readonly queueSize: number;
  /** How many items go into one export at most. */
  readonly batchSize: number;
  /** Milliseconds that items may wait for a full batch. */
  readonly delay: number;
  /** Milliseconds that one export may take; 0 for no limit. */
  readonly timeout: number;
}

/** When metrics are read and exported; times in milliseconds. */
export interface MetricReaderOptions {
  readonly interval: number;
  /** How long one export may take; at most the interval counts; 0 for the whole interval. */
  readonly timeout: number;
}

/** The longest delay of a Node.js timer (2³¹ − 1 ms, 24 days): stands for "no limit". */
export const NO_LIMIT = 2_147_483_647;
