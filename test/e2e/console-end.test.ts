/** The console is what people try first, often with a script that ends by itself. */
import { runApp } from '../support/run-app.ts';

const ENDS: readonly (readonly [end: string, args: readonly string[], code: number])[] = [
  ['the natural end', ['--end=natural'], 0],
  ['process.exit()', ['--end=exit', '--code=4'], 4],
  ['an uncaught exception', ['--end=throw'], 1],
];

test.each(ENDS)('%s: every span is on stderr, and nothing is lost', async (_end, args, code) => {
  const app = runApp({
    app: 'manual-spans.cjs',
    args: ['--spans=200', ...args],
    env: { SIGNALBOX_BACKEND: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_SERVICE_NAME: 'shop' },
  });
  const exit = await app.exit;
  expect(exit.code).toBe(code);
  expect(exit.stderr.match(/ span shop /g)).toHaveLength(200);
  expect(exit.stderr).not.toContain('lost');
  expect(exit.stdout).not.toContain('span');
});

test('of metrics a first look shows those of the application, not the zeros of ours', async () => {
  const exit = await runApp({
    app: 'logs-and-metrics.cjs',
    env: { SIGNALBOX_BACKEND: 'console', OTEL_SERVICE_NAME: 'shop' },
  }).exit;
  const metrics = exit.stderr.split('\n').filter((line) => line.includes(' metric shop '));
  expect(metrics.some((line) => line.includes('jobs.done sum 2'))).toBe(true);
  expect(metrics.filter((line) => / (?:signalbox|otel\.sdk)\.\S+ \S+ 0\b/.test(line))).toEqual([]);
});
