import { type Attributes, type Histogram, metrics, type Span } from '@opentelemetry/api';
import { setIf } from './attributes.ts';
import { ATTR, METRICS_1_41, type MetricSpec } from './conventions/index.ts';
import { recordError } from './errors.ts';

/** Milliseconds that only ever grow. */
export type Monotonic = () => number;

const monotonic: Monotonic = () => performance.now();

/** Options of a {@link StreamRecorder}. */
export interface StreamRecorderOptions {
  /** Attributes of the chunk metric. */
  readonly metricAttributes?: Attributes;
  /** Set `gen_ai.response.tokens_per_second` when it ends. Default false. */
  readonly tokensPerSecond?: boolean;
  /** Name and boundaries of the metric for the time between chunks. Default: conventions 1.41. */
  readonly chunkMetric?: MetricSpec;
  readonly clock?: Monotonic;
  /** When the request was sent, by the same clock. Default: now. */
  readonly startedAt?: number;
  /** Called once, when the span ends. */
  readonly onEnd?: () => void;
}

/**
 * Times of one streamed response, from a monotonic clock. The first chunk is the first one received,
 * even if it carries a role only (GenAI conventions, time_to_first_chunk). Ends its span once,
 * whatever happens first.
 */
export class StreamRecorder {
  private readonly clock: Monotonic;
  private readonly start: number;
  private first: number | undefined;
  private last = 0;
  private chunks = 0;
  private outputTokens: number | undefined;
  private ended = false;
  private histogram: Histogram | undefined;

  constructor(
    private readonly span: Span,
    private readonly options: StreamRecorderOptions = {},
  ) {
    this.clock = options.clock ?? monotonic;
    this.start = options.startedAt ?? this.clock();
  }

  /** A chunk has arrived. */
  chunk(): void {
    const now = this.clock();
    this.chunks++;
    if (this.first === undefined) {
      this.first = now;
      setIf(this.span, ATTR.timeToFirstChunk, (now - this.start) / 1000);
    } else {
      this.chunkHistogram().record((now - this.last) / 1000, this.options.metricAttributes);
    }
    this.last = now;
  }

  /** The output tokens the provider counted, for tokens per second. */
  setOutputTokens(count: number | undefined): void {
    this.outputTokens = count;
  }

  /** Ends the span; with an error if the stream broke. Later calls do nothing. */
  end(error?: { readonly thrown: unknown }): void {
    if (this.ended) return;
    this.ended = true;
    this.options.onEnd?.();
    if (this.options.tokensPerSecond) this.setRate();
    if (error) recordError(this.span, error.thrown);
    this.span.end();
  }

  /** The stream was left before its end: by `break`, by an abort, or because nobody reads it. An unfinished choice has the reason `error`. */
  abandon(): void {
    if (!this.ended) setIf(this.span, ATTR.finishReasons, ['error']);
    this.end();
  }

  /** Output tokens over the time since the first chunk; unknown with fewer than two chunks. */
  private setRate(): void {
    if (this.first === undefined || this.outputTokens === undefined || this.chunks < 2) return;
    const seconds = (this.last - this.first) / 1000;
    if (seconds > 0) setIf(this.span, ATTR.tokensPerSecond, this.outputTokens / seconds);
  }

  private chunkHistogram(): Histogram {
    if (this.histogram) return this.histogram;
    const {
      name,
      unit,
      description,
      boundaries = [],
    } = this.options.chunkMetric ?? METRICS_1_41.timePerOutputChunk;
    const advice = { explicitBucketBoundaries: boundaries };
    this.histogram = metrics.getMeter('signalbox.genai').createHistogram(name, { unit, description, advice });
    return this.histogram;
  }
}
