import { type MeterProvider, type SpanContext, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { VERSION } from '../core/index.ts';

/** Source of names, units and values: semantic conventions, OTel SDK metrics. */
const PARENT_ORIGIN = 'otel.span.parent.origin';
const SAMPLING_RESULT = 'otel.span.sampling_result';
const ORIGINS = ['none', 'local', 'remote'];
const RESULTS = ['DROP', 'RECORD_ONLY', 'RECORD_AND_SAMPLE'];

/**
 * How many spans started and how many are open, as `otel.sdk.span.started` and
 * `otel.sdk.span.live`. They are counted in plain numbers and observed when metrics are collected:
 * the SDK's counters, which would have to be asked three times a span, cost more than the span.
 */
export class SpanMetrics {
  /** By origin and result. */
  private readonly starts = new Float64Array(ORIGINS.length * RESULTS.length);
  /** By result. */
  private readonly open = new Float64Array(RESULTS.length);
  private readonly recorded = new Uint8Array(RESULTS.length);

  constructor(meterProvider: MeterProvider) {
    const meter = meterProvider.getMeter('signalbox', VERSION);
    const unit = '{span}';
    meter
      .createObservableCounter('otel.sdk.span.started', { unit, description: 'The number of created spans.' })
      .addCallback((result) => {
        for (const [origin, name] of ORIGINS.entries()) {
          for (const [decision, text] of RESULTS.entries()) {
            const count = this.starts[origin * RESULTS.length + decision] as number;
            if (count > 0) result.observe(count, { [PARENT_ORIGIN]: name, [SAMPLING_RESULT]: text });
          }
        }
      });
    meter
      .createObservableUpDownCounter('otel.sdk.span.live', {
        unit,
        description: 'The number of currently live spans.',
      })
      .addCallback((result) => {
        for (const [decision, text] of RESULTS.entries()) {
          if (this.recorded[decision])
            result.observe(this.open[decision] as number, { [SAMPLING_RESULT]: text });
        }
      });
  }

  started(parent: Pick<SpanContext, 'isRemote'> | undefined, decision: SamplingDecision): void {
    const origin = parent === undefined ? 0 : parent.isRemote ? 2 : 1;
    const at = origin * RESULTS.length + decision;
    this.starts[at] = (this.starts[at] as number) + 1;
    if (decision === SamplingDecision.NOT_RECORD) return;
    this.open[decision] = (this.open[decision] as number) + 1;
    this.recorded[decision] = 1;
  }

  ended({ traceFlags }: SpanContext): void {
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    const decision = isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD;
    this.open[decision] = (this.open[decision] as number) - 1;
  }
}
