/** Traces, metrics and logs of one application reach the backend over every protocol. */
import { PROTOCOLS, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const cases = PROTOCOLS.flatMap((protocol) => ['cjs', 'mjs'].map((form) => ({ protocol, form })));

test.each(cases)('$protocol, .$form', async ({ protocol, form }) => {
  await using receiver = await startOtlpReceiver(protocol);
  const env = { ...receiver.env, OTEL_SERVICE_NAME: 'shop' };
  const { code, stdout } = await runApp({ app: `logs-and-metrics.${form}`, env }).exit;

  expect({ code, stdout, malformed: receiver.malformed }).toEqual({
    code: 0,
    stdout: 'ready\n',
    malformed: [],
  });
  expect(receiver.spans.map(({ name }) => name)).toEqual(['job']);

  const metric = (name: string) => receiver.metrics.find((candidate) => candidate.name === name);
  expect(metric('jobs.done')).toMatchObject({
    type: 'sum',
    monotonic: true,
    unit: '{job}',
    description: 'Jobs done.',
    points: [
      { value: 2, attributes: { kind: 'small' } },
      { value: 3, attributes: { kind: 'large' } },
    ],
  });
  expect(metric('job.duration')).toMatchObject({
    type: 'histogram',
    points: [{ count: 3n, sum: expect.closeTo(4.3) }],
  });
  expect(metric('queue.length')).toMatchObject({ type: 'gauge', points: [{ value: 7 }] });

  const [span] = receiver.spans;
  expect(receiver.logs).toMatchObject([
    { body: 'started', severityText: 'INFO', severityNumber: 9, traceId: undefined },
    {
      body: 'failed',
      severityText: 'ERROR',
      traceId: span?.traceId,
      spanId: span?.spanId,
      attributes: { attempt: 1 },
    },
  ]);
  for (const { resource } of [...receiver.spans, ...receiver.metrics, ...receiver.logs]) {
    expect(resource.attributes['service.name']).toBe('shop');
  }
});
