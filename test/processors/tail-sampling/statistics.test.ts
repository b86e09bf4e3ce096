import { SpanStatusCode } from '@opentelemetry/api';
import { adjustedCount } from '../../../samplers/index.ts';
import { rig, seeded } from '../../samplers/support.ts';

test('the weights of the exported local roots estimate how many traces there were', () => {
  const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; 0.5 llm; 0.1' });
  const random = seeded(99);
  const traces = 20_000;
  for (let trace = 0; trace < traces; trace++) {
    const root = r.start('root');
    const child = r.start('child', {}, root);
    const dice = random();
    if (dice < 0.05) child.setStatus({ code: SpanStatusCode.ERROR });
    else if (dice < 0.15) child.setAttribute('gen_ai.operation.name', 'chat');
    child.end();
    root.end();
  }
  const total = { all: 0, error: 0, llm: 0 };
  const isIn = { error: new Set<string>(), llm: new Set<string>() };
  for (const span of r.exported()) {
    const { traceId } = span.spanContext();
    if (span.status.code === SpanStatusCode.ERROR) isIn.error.add(traceId);
    if (span.attributes['gen_ai.operation.name']) isIn.llm.add(traceId);
  }
  for (const span of r.exported()) {
    if (span.name !== 'root') continue;
    const { traceId, traceState } = span.spanContext();
    const weight = adjustedCount(traceState?.get('ot')?.split('th:')[1] ?? '');
    total.all += weight;
    if (isIn.error.has(traceId)) total.error += weight;
    if (isIn.llm.has(traceId)) total.llm += weight;
  }
  // Errors are all kept, so their number is exact; the trace ids of the SDK are not seeded, hence 5 sigma.
  expect(total.error).toBe(isIn.error.size);
  expect(Math.abs(total.error / traces - 0.05)).toBeLessThan(0.01);
  const sigma = Math.sqrt(traces * 0.85 * (1 / 0.1 - 1) + traces * 0.1 * (1 / 0.5 - 1));
  expect(Math.abs(total.all - traces)).toBeLessThan(5 * sigma);
  expect(Math.abs(total.llm - traces * 0.1)).toBeLessThan(5 * Math.sqrt(traces * 0.1) + 0.02 * traces * 0.1);
});
