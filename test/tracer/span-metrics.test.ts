import { type TracerProvider as ApiTracerProvider, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  type Sampler,
  SamplingDecision,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { pointsOf } from '../../src/testing/metric-points.ts';
import { EarlyTracerProvider, LeanTracerProvider } from '../../src/tracer/index.ts';

const DECISIONS: Record<string, SamplingDecision> = {
  drop: SamplingDecision.NOT_RECORD,
  record: SamplingDecision.RECORD,
  sample: SamplingDecision.RECORD_AND_SAMPLED,
};
const byName: Sampler = {
  shouldSample: (_context, _traceId, name) => ({ decision: DECISIONS[name] as SamplingDecision }),
  toString: () => 'by name',
};
const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

/** What the engine says about itself after some spans, some of which are still open. */
async function measure(create: (options: TracerProviderOptions) => ApiTracerProvider): Promise<string[]> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  let fail = true;
  const failing = {
    onStart() {},
    onEnding() {
      if (fail) throw new Error('not yet');
    },
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = create({ sampler: byName, meterProvider, spanProcessors: [failing] }).getTracer('test');
  const remote = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
  for (const name of Object.keys(DECISIONS)) {
    const root = tracer.startSpan(name, {}, ROOT_CONTEXT);
    const local = trace.setSpan(ROOT_CONTEXT, root);
    fail = true;
    const child = tracer.startSpan(name, {}, local);
    try {
      child.end();
    } catch {
      // Still open: it is ended below.
    }
    fail = false;
    child.end();
    child.end();
    tracer.startSpan(name, {}, remote);
  }
  await reader.forceFlush();
  const points = pointsOf(exporter.getMetrics());
  await meterProvider.shutdown();
  return points.map(({ name, attributes, value }) => `${name} ${JSON.stringify(attributes)} ${value}`).sort();
}

test.each<[string, (options: TracerProviderOptions) => ApiTracerProvider]>([
  ['lean', (options) => new LeanTracerProvider(options)],
  ['early', (options) => new EarlyTracerProvider(options)],
])('%s counts spans started and open as the SDK does', async (_, create) => {
  const expected = await measure((options) => new TracerProvider(options));
  expect(expected).toContain('otel.sdk.span.live {"otel.span.sampling_result":"RECORD_AND_SAMPLE"} 2');
  expect(expected).toHaveLength(11);
  expect(await measure(create)).toEqual(expected);
});
