import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const SHOP = join(import.meta.dirname, 'apps', 'shop.cjs');

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

async function run(env: Record<string, string>, traces = 10) {
  const { stderr } = await runApp({
    app: SHOP,
    args: [`--traces=${traces}`],
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'shop', OTEL_LOGS_EXPORTER: 'none', ...env },
  }).exit;
  const names = receiver.spans.map(({ name }) => name);
  const count = (name: string) => names.filter((candidate) => candidate === name).length;
  return { stderr, names: [...new Set(names)].sort(), count };
}

describe('SIGNALBOX_SAMPLING_RULES', () => {
  test('keep errors and slow traces whole, which is only known when they end, and nothing else', async () => {
    const { names, count } = await run({ SIGNALBOX_SAMPLING_RULES: 'keep error; keep duration>5s; drop' });
    expect(names).toEqual(['charge', 'failed order', 'slow order']);
    // The whole failed trace: its root, which is fine, and the child that failed.
    expect(count('charge')).toBe(1);
  });

  test('drop health checks by what is known at the start', async () => {
    const { names, count } = await run({ SIGNALBOX_SAMPLING_RULES: 'drop url.path=/health*; keep' });
    expect(names).toEqual(['charge', 'failed order', 'order', 'slow order']);
    expect(count('order')).toBe(10);
  });

  test('write the weight of a ratio into the trace state, for every trace the same coin', async () => {
    const { count } = await run({ SIGNALBOX_SAMPLING_RULES: '0.5' }, 400);
    expect(count('order')).toBeGreaterThan(130);
    expect(count('order')).toBeLessThan(270);
    for (const span of receiver.spans) expect(span.traceState).toMatch(/(^|,)ot=[^,]*th:8(;|,|$)/);
  });

  test('with a mistake are one line that points at it, and the other rules hold', async () => {
    const { stderr, names } = await run({ SIGNALBOX_SAMPLING_RULES: 'keep duration>soon; drop' });
    expect(stderr.split('\n').filter((line) => line.includes('SIGNALBOX_SAMPLING_RULES'))).toHaveLength(1);
    expect(names).toEqual([]);
  });
});

test.each(['exit', 'SIGTERM'])(
  'what is undecided when the process ends by %s is decided then, and sent',
  async (end) => {
    await runApp({
      app: join(import.meta.dirname, 'apps', 'undecided.cjs'),
      args: [end],
      env: {
        ...receiver.env,
        OTEL_LOGS_EXPORTER: 'none',
        SIGNALBOX_SAMPLING_RULES: 'keep spans>=2; drop spans>=1; keep',
      },
    }).exit;
    expect(receiver.spans.map(({ name }) => name)).toEqual(['one', 'two']);
  },
);

test('DD_TRACE_SAMPLING_RULES of a dd-trace user mean the same here', async () => {
  const rules = JSON.stringify([{ resource: 'health', sample_rate: 0 }, { sample_rate: 1 }]);
  const { names } = await run({ DD_TRACE_SAMPLING_RULES: rules });
  expect(names).toContain('order');
});

test('OTEL_TRACES_SAMPLER=always_off keeps nothing', async () => {
  const { names } = await run({ OTEL_TRACES_SAMPLER: 'always_off' });
  expect(names).toEqual([]);
});

test('without any setting everything is kept', async () => {
  const { count } = await run({});
  expect([count('order'), count('health'), count('charge')]).toEqual([10, 1, 12]);
});
