import { join } from 'node:path';
import { runApp } from '../../support/run-app.ts';

const MIB = 1024 * 1024;

test('180,000 undecided spans take no more of the real heap than the bound and 30 %', async () => {
  const limit = 16 * MIB;
  const { stdout } = await runApp({
    app: join(import.meta.dirname, 'apps', 'undecided.cjs'),
    nodeArgs: ['--expose-gc'],
    env: {
      SIGNALBOX_BACKEND: 'none',
      OTEL_TRACES_EXPORTER: 'file',
      SIGNALBOX_FILE_PATH: '/dev/null',
      SIGNALBOX_SPAN_WATCH: 'false',
      SIGNALBOX_SAMPLING_RULES: 'keep error; drop',
      SIGNALBOX_SAMPLING_BUFFER_BYTES: String(limit),
      SIGNALBOX_SAMPLING_BUFFER_SPANS: '1000000',
    },
    timeout: 60_000,
  }).exit;
  const { largest } = JSON.parse(stdout) as { largest: number };
  // Less than half would mean that the buffer was not used.
  expect(largest).toBeGreaterThan(limit / 2);
  expect(largest).toBeLessThan(limit * 1.3);
}, 90_000);
