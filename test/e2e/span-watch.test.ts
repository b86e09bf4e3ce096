import { join } from 'node:path';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const STUCK = join(import.meta.dirname, 'apps', 'stuck.cjs');

test('a stuck span is reported in its trace, redacted, while it is still open', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  await using app = runApp({
    app: STUCK,
    env: { ...receiver.env, SIGNALBOX_SPAN_WATCH_LIMIT: '200', OTEL_BLRP_SCHEDULE_DELAY: '50' },
  });
  await receiver.waitForLogs(1);
  app.kill();
  await app.exit;
  expect(receiver.logs).toHaveLength(1);
  const [event] = receiver.logs;
  expect(event).toMatchObject({ eventName: 'signalbox.span.incomplete' });
  expect(event?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(event?.attributes).toMatchObject({ 'signalbox.span.name': 'stuck', 'user.tier': 'gold' });
  expect(event?.attributes.password).not.toBe('hunter2');
  expect(JSON.stringify(Object.values(event?.attributes ?? {}))).not.toContain('tell nobody');
  expect(receiver.spans.map(({ name }) => name)).toEqual(['fine']);
  const metric = receiver.metrics.find(({ name }) => name === 'signalbox.span.incomplete');
  expect(metric).toBeDefined();
});

describe('with SIGNALBOX_SPAN_WATCH_SHUTDOWN=export open spans go out incomplete', () => {
  test.each([
    ['natural', { code: 0 }],
    ['exit', { code: 3 }],
    ['throw', { code: 1 }],
    ['SIGTERM', { signal: 'SIGTERM' }],
  ])('on %s', async (how, end) => {
    await using receiver = await startOtlpReceiver('http/protobuf');
    const env = { ...receiver.env, SIGNALBOX_SPAN_WATCH_SHUTDOWN: 'export' };
    await using app = runApp({ app: STUCK, args: [how], env });
    if (how === 'SIGTERM') {
      await app.waitForLine(/ready/);
      app.kill();
    }
    expect(await app.exit).toMatchObject(end);
    const spans = receiver.spans.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(spans.map(({ name, attributes }) => [name, attributes['signalbox.span.incomplete']])).toEqual([
      ['fine', undefined],
      ['stuck', true],
    ]);
    expect(spans[1]?.attributes.password).not.toBe('hunter2');
    expect(JSON.stringify(Object.values(spans[1]?.attributes ?? {}))).not.toContain('tell nobody');
  });

  test.each([
    ['keep !error; drop', ['fine', 'stuck']],
    ['keep error; drop', []],
  ])('and the tail sampler decides on them too: %s', async (rules, names) => {
    await using receiver = await startOtlpReceiver('http/protobuf');
    const env = {
      ...receiver.env,
      SIGNALBOX_SPAN_WATCH_SHUTDOWN: 'export',
      SIGNALBOX_SAMPLING_RULES: rules,
    };
    await using app = runApp({ app: STUCK, args: ['exit'], env });
    await app.exit;
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(names);
  });
});
