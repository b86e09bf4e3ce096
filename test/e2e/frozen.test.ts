/** A process that is frozen between events, as functions are: what `forceFlush` says is true. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { environment, REGISTER } from '../support/run-app.ts';

/** The function, which is handed one event at a time and answers with a line. */
function startFunction(env: Record<string, string>) {
  const app = join(import.meta.dirname, 'apps', 'frozen.cjs');
  const child = spawn(process.execPath, ['--require', REGISTER, app], {
    env: environment({ OTEL_LOG_LEVEL: 'none', ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async handle(event: string): Promise<string> {
      const answer = once(lines, 'line');
      child.kill('SIGCONT');
      child.stdin.write(`${event}\n`);
      const [line] = await answer;
      child.kill('SIGSTOP');
      return line as string;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

test.each(['http/protobuf', 'grpc'] as const)(
  'over %s it resolves when all is acknowledged',
  async (protocol) => {
    await using backend = await startOtlpReceiver(protocol);
    backend.respondWith({ delay: 150, status: 503, code: 14, times: 1, signal: 'traces' });
    backend.respondWith({ delay: 150 });
    await using lambda = startFunction(backend.env);
    for (const event of ['first', 'second', 'third']) {
      expect(await lambda.handle(event)).toBe(`flushed ${event}`);
      expect(backend.spans.map(({ name }) => name)).toContain(event);
      expect(backend.logs.map(({ body }) => body)).toContain(event);
      expect(backend.metrics.map(({ name }) => name)).toContain('jobs');
    }
  },
);

test('it says what was not delivered, for every signal, and the next one delivers it', async () => {
  await using backend = await startOtlpReceiver('http/protobuf');
  backend.respondWith({ status: 503 });
  await using lambda = startFunction({
    ...backend.env,
    OTEL_BSP_EXPORT_TIMEOUT: '400',
    OTEL_BLRP_EXPORT_TIMEOUT: '400',
    OTEL_METRIC_EXPORT_TIMEOUT: '400',
  });
  const answer = await lambda.handle('first');
  expect(answer).toMatch(/^failed first: /);
  expect(answer).toContain('otlp: 1 spans are not delivered yet');
  expect(answer).toContain('otlp: 1 log records are not delivered yet');
  expect(answer).toMatch(/otlp: \d+ metric data points are not delivered yet/);
  backend.recover();
  expect(await lambda.handle('second')).toBe('flushed second');
  expect(backend.spans.map(({ name }) => name).sort()).toEqual(['first', 'second']);
});
