/** Records of the application's own loggers arrive at the backend, whichever logs API their instrumentation writes to. */
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

// winston sends only with @opentelemetry/winston-transport, which an application installs.
test.each(['pino', 'bunyan'])('%s: with the ids of the span that was open', async (logger) => {
  receiver.clear();
  const { code } = await runApp({
    app: join(import.meta.dirname, 'apps/loggers.cjs'),
    env: { ...receiver.env, OTEL_METRICS_EXPORTER: 'none' },
  }).exit;
  expect(code).toBe(0);
  const [span] = receiver.spans;
  const record = receiver.logs.find(({ body }) => body === `${logger} inside`);
  expect(record).toMatchObject({ traceId: span?.traceId, spanId: span?.spanId });
  expect(receiver.logs.filter(({ body }) => body === `${logger} outside`)).toHaveLength(1);
});
