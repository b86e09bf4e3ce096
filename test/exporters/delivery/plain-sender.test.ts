import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSpanDelivery } from '../../../exporters/index.ts';
import { manualHost } from '../support/manual-host.ts';

type Export = (done: (result: ExportResult) => void, attempt: number) => void;

/** Any exporter of anybody: four spans through the delivery, an hour long. */
async function run(answer: Export) {
  const { host, advance, lines } = manualHost();
  let attempts = 0;
  const exporter: SpanExporter = {
    export: (_spans, done) => answer(done, ++attempts),
    shutdown: async () => {},
  };
  const batch = { queueSize: 100, batchSize: 4, delay: 1_000, timeout: 5_000 };
  const processor = createSpanDelivery(exporter, batch, host, { name: 'test' });
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  for (let index = 0; index < 4; index++) tracer.startSpan('s').end();
  await advance(3_600_000);
  return { stats: processor.delivery.stats(), lines, attempts };
}

const failed = (error?: Error): ExportResult => ({
  code: ExportResultCode.FAILED,
  ...(error ? { error } : {}),
});
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

test.each<[what: string, answer: Export, delivered: number, attempts: number]>([
  ['answers', (done) => done({ code: ExportResultCode.SUCCESS }), 4, 1],
  [
    'answers twice',
    (done) => {
      done({ code: ExportResultCode.SUCCESS });
      done(failed(new Error('no')));
    },
    4,
    1,
  ],
  ['fails without a reason, always', (done) => done(failed()), 0, 5],
  [
    'throws, always',
    () => {
      throw new Error('thrown');
    },
    0,
    5,
  ],
  [
    'throws once',
    (done, attempt) => {
      if (attempt === 1) throw new Error('thrown');
      done({ code: ExportResultCode.SUCCESS });
    },
    4,
    2,
  ],
  [
    'cannot connect, a hundred times',
    (done, attempt) => done(attempt > 12 ? { code: ExportResultCode.SUCCESS } : failed(refused)),
    4,
    13,
  ],
])('a plain exporter that %s', async (_what, answer, delivered, attempts) => {
  const run_ = await run(answer);
  expect(run_.attempts).toBe(attempts);
  expect(run_.stats).toMatchObject({ accepted: 4, delivered, rejected: 4 - delivered, inMemory: 0 });
});

test('a plain exporter that never answers is asked again, and what it has not taken is kept', async () => {
  const { stats, attempts, lines } = await run(() => {});
  expect(attempts).toBeGreaterThan(5);
  expect(stats).toMatchObject({ accepted: 4, delivered: 0, rejected: 0, inMemory: 4 });
  expect(lines).toEqual([expect.stringContaining('no answer within 5000 ms')]);
});
