import { inspect } from 'node:util';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { ENGINE } from './engines/engine.ts';
import { runApp } from './run-app.ts';

/** What the providers call themselves. */
const NAMES = { lean: 'LeanTracerProvider', sdk: 'EarlyTracerProvider' };
const OTHER = ENGINE === 'lean' ? 'sdk' : 'lean';

const engineOfApp = async (env: Record<string, string> = {}): Promise<string> => {
  const app = `${import.meta.dirname}/fixtures/print-engine.cjs`;
  const { stdout } = await runApp({ app, env: { SIGNALBOX_BACKEND: 'console', ...env } }).exit;
  return stdout.trim();
};

test('a provider that a test makes is of the engine that is tested', () => {
  expect(inspect(new TracerProvider())).toMatch(new RegExp(`^${NAMES[ENGINE]} `));
});

test('an application has the engine that is tested, unless the test chooses one', async () => {
  expect(await engineOfApp()).toBe(NAMES[ENGINE]);
  expect(await engineOfApp({ SIGNALBOX_TRACER: OTHER })).toBe(NAMES[OTHER]);
});
