import type { Host, TailPolicy } from '../../src/core/index.ts';

/** Bounds of the buffer; times in milliseconds. */
export interface BufferLimits {
  /** Spans held at once. Default 16,384. */
  readonly spans: number;
  /** Estimated bytes held at once. Default 32 MiB. */
  readonly bytes: number;
  /** Spans held of one trace; then it is decided. Default 2,000. */
  readonly traceSpans: number;
  /** A trace older than this is decided by what is known. Default 60 s. */
  readonly wait: number;
  /** How long open children are waited for after the local root ended. Default 2 s. */
  readonly linger: number;
  /** Decisions remembered for spans that come without one. Default 65,536. */
  readonly decisions: number;
}

/** The defaults of {@link BufferLimits}. */
export const BUFFER_DEFAULTS: BufferLimits = Object.freeze({
  spans: 16_384,
  bytes: 32 * 1024 * 1024,
  traceSpans: 2000,
  wait: 60_000,
  linger: 2000,
  decisions: 65_536,
});

/** What a `TailSamplingProcessor` works with. */
export interface TailSamplingOptions {
  /** Clock, timer and counters. */
  readonly host: Pick<Host, 'clock' | 'after' | 'counters'>;
  /**
   * The rules for segments that come without a decision of our sampler. Without it such segments
   * follow their sampled flag.
   */
  readonly policy?: TailPolicy;
  readonly limits?: Partial<BufferLimits>;
  /** `complete` (default): forceFlush decides nothing early; `decide`: it decides all, for Lambda. */
  readonly flush?: 'complete' | 'decide';
  /** `decide` (default): shutdown decides what is open by what is known; `drop`: it drops it. */
  readonly shutdown?: 'decide' | 'drop';
  /** Hand dropped spans on unsampled, for a backend that counts them. Default false. */
  readonly passDropped?: boolean;
}
