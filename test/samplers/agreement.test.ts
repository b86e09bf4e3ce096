/**
 * The same trace ids through our sampler, dd-trace's and OpenTelemetry's consistent sampler, and
 * what follows from it for numbers of traces.
 */
import { createRequire } from 'node:module';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { createComposableProbabilitySampler, createCompositeSampler } from '@opentelemetry/sampler-composite';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { adjustedCount, PrioritySampler } from '../../samplers/index.ts';
import type { W3CTraceState } from '../../src/core/index.ts';
import { seeded, traceId } from './support.ts';

const require = createRequire(__filename);
const DatadogSampler = require('dd-trace/packages/dd-trace/src/sampler.js') as new (
  rate: number,
) => { isSampled(context: { _traceId: { toBigInt(): bigint } }): boolean };

const RATES = [
  0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.3333, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9,
  0.99, 1,
];

function decide(sampler: PrioritySampler, id: string) {
  const result = sampler.shouldSample(ROOT_CONTEXT, id, 's', SpanKind.SERVER, {});
  return {
    kept: result.decision === SamplingDecision.RECORD_AND_SAMPLED,
    traceState: result.traceState as W3CTraceState,
  };
}

test('10,000 trace ids at 20 rates: Datadog and OpenTelemetry services decide as we do', () => {
  const random = seeded(20_261_120);
  const ids = Array.from({ length: 10_000 }, () => traceId(random));
  let kept = 0;
  for (const rate of RATES) {
    const ours = new PrioritySampler({ rules: String(rate) });
    const datadog = new DatadogSampler(rate);
    const otel = createCompositeSampler(createComposableProbabilitySampler(rate));
    const disagreements: string[] = [];
    for (const id of ids) {
      const decision = decide(ours, id);
      if (decision.kept) kept++;
      const low64 = BigInt(`0x${id.slice(16)}`);
      if (datadog.isSampled({ _traceId: { toBigInt: () => low64 } }) !== decision.kept)
        disagreements.push(`dd ${id}`);
      // The other service gets the random value with our headers.
      const parent = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: id,
        spanId: '00f067aa0ba902b7',
        isRemote: true,
        traceFlags: decision.kept ? TraceFlags.SAMPLED : TraceFlags.NONE,
        traceState: decision.traceState,
      });
      const theirs = otel.shouldSample(parent, id, 's', SpanKind.SERVER, {}, []);
      if ((theirs.decision === SamplingDecision.RECORD_AND_SAMPLED) !== decision.kept)
        disagreements.push(`ot ${id}`);
    }
    expect(disagreements).toEqual([]);
  }
  expect(kept).toBeGreaterThan(RATES.length * 1000);
}, 120_000);

test('a lower rate keeps a subset of what a higher one keeps, in whichever system', () => {
  const random = seeded(5);
  const strict = new DatadogSampler(0.2);
  const loose = new PrioritySampler({ rules: '0.5' });
  const middle = createCompositeSampler(createComposableProbabilitySampler(0.3));
  const strays: string[] = [];
  for (let trace = 0; trace < 5000; trace++) {
    const id = traceId(random);
    const inStrict = strict.isSampled({ _traceId: { toBigInt: () => BigInt(`0x${id.slice(16)}`) } });
    const { kept, traceState } = decide(loose, id);
    const parent = { traceId: id, spanId: '00f067aa0ba902b7', isRemote: true, traceFlags: 1, traceState };
    const { decision } = middle.shouldSample(trace_(parent), id, 's', SpanKind.SERVER, {}, []);
    const inMiddle = decision === SamplingDecision.RECORD_AND_SAMPLED;
    if ((inStrict && !inMiddle) || (inMiddle && !kept)) strays.push(id);
  }
  expect(strays).toEqual([]);
});

const trace_ = (spanContext: Parameters<typeof trace.setSpanContext>[1]) =>
  trace.setSpanContext(ROOT_CONTEXT, spanContext);

test.each([0.01, 0.1, 0.5, 0.9])(
  '%d of 100,000 traces, within five sigma, and the weights add up',
  (rate) => {
    const random = seeded(rate * 1000);
    const sampler = new PrioritySampler({ rules: String(rate) });
    const traces = 100_000;
    let kept = 0;
    let weight = 0;
    for (let trace = 0; trace < traces; trace++) {
      const { kept: isKept, traceState } = decide(sampler, traceId(random));
      if (!isKept) continue;
      kept++;
      weight += adjustedCount(traceState.get('ot')?.split('th:')[1] ?? '');
    }
    const sigma = Math.sqrt(traces * rate * (1 - rate));
    expect(Math.abs(kept - traces * rate)).toBeLessThan(5 * sigma);
    expect(Math.abs(weight - traces)).toBeLessThan((5 * sigma) / rate);
  },
);

test('the headers sent name one decision in both vocabularies', () => {
  const sampler = new PrioritySampler({ rules: '0.5' });
  const id = traceId(seeded(3));
  const { kept, traceState } = decide(sampler, id);
  const headers: Record<string, string> = {};
  new W3CTraceContextPropagator().inject(
    trace_({ traceId: id, spanId: '00f067aa0ba902b7', traceFlags: kept ? 1 : 0, traceState }),
    headers,
    { set: (carrier: Record<string, string>, key, value) => Object.assign(carrier, { [key]: value }) },
  );
  expect(headers.tracestate).toMatch(/^ot=rv:[0-9a-f]{14};th:8$/);
  expect(traceState.state).toMatchObject({ priority: kept ? 2 : -1 });
});
