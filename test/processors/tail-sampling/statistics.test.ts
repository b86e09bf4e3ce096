/**
 * The weights of what is exported estimate how much there was, within 2 % flat. Every case has so many
 * traces that 2 % is more than five sigma; where it is not obvious, the test says how many that is.
 */
import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { adjustedCount } from '../../../samplers/index.ts';
import { rig, seeded, traceId } from '../../samplers/support.ts';

const TOLERANCE = 0.02;

/** Fails if the estimate is off by 2 % or more, or if chance alone could have done that. */
function expectWithin(estimate: number, truth: number, sigma: number): void {
  expect((5 * sigma) / truth).toBeLessThan(TOLERANCE);
  expect(Math.abs(estimate / truth - 1)).toBeLessThan(TOLERANCE);
}

/** Standard deviation of an estimate from traces kept at this rate. */
const sigmaAt = (rate: number, traces: number) => Math.sqrt(traces * (1 / rate - 1));

const weightOf = (ot: string | undefined) => adjustedCount(ot?.split('th:')[1] ?? '');

/** The sampler's answer to a new trace. */
function toss(r: ReturnType<typeof rig>, random: () => number) {
  const { decision, traceState } = r.sampler.shouldSample(ROOT_CONTEXT, traceId(random), 's', 0, {}, []);
  const isKept = decision === SamplingDecision.RECORD_AND_SAMPLED;
  return { isKept, weight: isKept ? weightOf(traceState?.get('ot')) : 0, traceState };
}

test.each([
  [0.1, 600_000],
  [0.5, 100_000],
  [0.9, 100_000],
])(
  'a share of %d at the start, %d traces',
  (rate, traces) => {
    const r = rig({ SIGNALBOX_SAMPLING_RULES: String(rate) });
    const random = seeded(rate * 1000);
    let total = 0;
    for (let trace = 0; trace < traces; trace++) total += toss(r, random).weight;
    expectWithin(total, traces, sigmaAt(rate, traces));
  },
  60_000,
);

test('N/s, while the load and with it the rate change', () => {
  const r = rig({ SIGNALBOX_SAMPLING_RULES: '1000/s' });
  const random = seeded(77);
  let traces = 0;
  let total = 0;
  let variance = 0;
  const weights = new Set<number>();
  for (let second = 0; second < 120; second++) {
    const arrivals = second < 40 ? 2000 : second < 80 ? 8000 : 3000;
    for (let trace = 0; trace < arrivals; trace++) {
      const { weight, traceState } = toss(r, random);
      traces++;
      total += weight;
      variance += weightOf(traceState?.get('ot')) - 1;
      if (weight > 0) weights.add(weight);
    }
    r.host.advance(1000);
  }
  expect(weights.size).toBeGreaterThan(3);
  expectWithin(total, traces, Math.sqrt(variance));
}, 60_000);

test('a limit of traces: the effective rate beside each estimates what was asked', () => {
  const r = rig({ DD_TRACE_SAMPLE_RATE: '1', DD_TRACE_RATE_LIMIT: '100' }, { datadog: true });
  const random = seeded(8);
  let kept = 0;
  let estimate = 0;
  let asked = 0;
  for (let second = 0; second < 600; second++) {
    for (let trace = 0; trace < 400; trace++) {
      const result = r.sampler.shouldSample(ROOT_CONTEXT, traceId(random), 's', 0, {}, []);
      r.host.advance(2.5);
      asked++;
      if (result.decision !== SamplingDecision.RECORD_AND_SAMPLED) continue;
      kept++;
      estimate += 1 / Number(result.attributes?.['_dd.limit_psr']);
      // No weight is claimed for what a limit let through at random moments.
      expect(result.attributes?.['_dd.rule_psr']).toBe(1);
    }
  }
  expect(Math.abs(kept / (600 * 100) - 1)).toBeLessThan(TOLERANCE);
  expect(Math.abs(estimate / asked - 1)).toBeLessThan(TOLERANCE);
}, 60_000);

test('traces kept at the end: all, the failed ones and the model calls', () => {
  const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; 0.5 llm; 0.25' });
  const random = seeded(99);
  const traces = 150_000;
  const truth = { all: 0, error: 0, llm: 0 };
  const estimate = { all: 0, error: 0, llm: 0 };
  for (let trace = 0; trace < traces; trace++) {
    const root = r.start('root');
    const dice = random();
    const kind = dice < 0.05 ? 'error' : dice < 0.5 ? 'llm' : 'all';
    if (kind === 'error') root.setStatus({ code: SpanStatusCode.ERROR });
    else if (kind === 'llm') root.setAttribute('gen_ai.operation.name', 'chat');
    root.end();
    const [span] = r.exported();
    r.reset();
    const weight = span ? weightOf(span.spanContext().traceState?.get('ot')) : 0;
    truth.all++;
    estimate.all += weight;
    if (kind === 'all') continue;
    truth[kind]++;
    estimate[kind] += weight;
  }
  expect(estimate.error).toBe(truth.error);
  expectWithin(estimate.llm, truth.llm, sigmaAt(0.5, truth.llm));
  const sigma = Math.hypot(sigmaAt(0.5, truth.llm), sigmaAt(0.25, truth.all - truth.llm - truth.error));
  expectWithin(estimate.all, truth.all, sigma);
}, 300_000);
