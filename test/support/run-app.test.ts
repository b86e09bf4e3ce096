import { ENGINE_ENV } from './engines/engine.ts';
import { findNode, runApp } from './run-app.ts';

const plain = { loader: 'none' } as const;

test('a child that ends by itself tells code, output and durations', async () => {
  const exit = await runApp({ app: 'manual-spans.cjs', ...plain }).exit;
  expect(exit).toMatchObject({
    code: 0,
    signal: null,
    stdout: 'ready\n',
    stderr: '',
    afterSignal: undefined,
  });
  expect(exit.duration).toBeGreaterThanOrEqual(exit.afterOutput as number);
});

test.each(['cjs', 'mjs'])('manual-spans.%s ends as told', async (form) => {
  const end = (...args: string[]) => runApp({ app: `manual-spans.${form}`, args, ...plain }).exit;
  const exits = await Promise.all([end('--end=exit', '--code=7'), end('--end=throw'), end('--end=reject')]);
  expect(exits.map(({ code }) => code)).toEqual([7, 1, 1]);
});

test.each([
  { handler: 'none', code: null, signal: 'SIGTERM' },
  { handler: 'exit', code: 5, signal: null },
  { handler: 'drain', code: 5, signal: null },
])('manual-spans with the signal handler "$handler"', async ({ handler, code, signal }) => {
  const args = ['--end=wait', '--code=5', `--on-signal=${handler}`];
  await using app = runApp({ app: 'manual-spans.mjs', args, ...plain });
  await app.waitForLine(/^ready$/);
  app.kill();
  const exit = await app.exit;
  expect(exit).toMatchObject({ code, signal, afterSignal: expect.any(Number) });
});

test.each(['cjs', 'mjs'])('http-express.%s asks itself once and ends', async (form) => {
  const { code, stdout } = await runApp({ app: `http-express.${form}`, args: ['--once'], ...plain }).exit;
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^listening on \d+\nhttp, fetch\n$/),
  });
});

test('http-express serves until it is asked to end', async () => {
  await using app = runApp({ app: 'http-express.cjs', ...plain });
  const [, port] = await app.waitForLine(/listening on (\d+)/);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('http, fetch');
  expect(await (await fetch(`http://127.0.0.1:${port}/end`)).text()).toBe('bye');
  expect((await app.exit).code).toBe(0);
});

test('the environment holds what is given and nothing that configures telemetry, Node or npm', async () => {
  process.env.OTEL_SERVICE_NAME = 'not for the child';
  const { stdout } = await runApp({
    app: `${import.meta.dirname}/fixtures/print-environment.cjs`,
    env: { DD_SERVICE: 'given', GONE: undefined },
    ...plain,
  }).exit;
  delete process.env.OTEL_SERVICE_NAME;
  const names = Object.keys(JSON.parse(stdout));
  expect(names).toContain('DD_SERVICE');
  expect(names.filter((name) => /^(OTEL_|SIGNALBOX_|NODE_|npm_|JEST_|GONE)/.test(name))).toEqual(
    Object.keys(ENGINE_ENV),
  );
});

test('a child that does not end is killed by the timeout, and that is an error with its output', async () => {
  const app = runApp({ app: 'manual-spans.cjs', args: ['--end=wait'], timeout: 500, ...plain });
  await expect(app.exit).rejects.toThrow(/did not end in time/);
});

test('waiting for a line fails when the process ends without it', async () => {
  const app = runApp({ app: 'manual-spans.cjs', ...plain });
  await expect(app.waitForLine(/never/)).rejects.toThrow(/Ended with code 0 before a line matched/);
});

test('findNode finds a major version on PATH or says that there is none', () => {
  expect(findNode(1)).toBeUndefined();
});
