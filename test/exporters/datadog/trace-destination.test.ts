import { DatadogTraceExporter } from '../../../exporters/datadog/index.ts';
import { DatadogAgent } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';

let agent: DatadogAgent;
let exporter: DatadogTraceExporter;

beforeEach(async () => {
  agent = await DatadogAgent.start();
  exporter = new DatadogTraceExporter({ url: agent.url });
});

afterEach(async () => {
  await exporter.destination.shutdown();
  await agent.stop();
});

const large = (spanId: string) =>
  span({
    spanId,
    attributes: Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`text.${index}`, `${index}`.repeat(8_000)]),
    ),
  });
/** Larger than any request may be. */
const huge = span({
  spanId: '00000000000000ff',
  attributes: Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`text.${index}`, 'x'.repeat(24_000)]),
  ),
});

test('a batch is one body, and is sent once for each call', async () => {
  const { destination } = exporter;
  const body = destination.encode([
    span({ spanId: '0000000000000001' }),
    span({ spanId: '0000000000000002' }),
  ]);
  expect(await destination.send(body as Uint8Array, 0)).toEqual({ kind: 'delivered' });
  expect(agent.spans).toHaveLength(2);
  expect(agent.requests[0]?.headers['x-datadog-trace-count']).toBe('1');
});

test('what fails is not tried again here: that is for delivery', async () => {
  agent.mood = (_request, response) => {
    response.writeHead(503).end();
    return true;
  };
  const body = exporter.destination.encode([span()]) as Uint8Array;
  expect(await exporter.destination.send(body, 0)).toMatchObject({ kind: 'retry', reason: 'HTTP 503' });
  expect(agent.paths).toEqual(['PUT /v0.4/traces']);
});

test('a batch for more than one request has no body, so that it is halved', () => {
  const batch = ['01', '02', '03', '04', '05', '06'].map((id) => large(`00000000000000${id}`));
  expect(exporter.destination.encode(batch)).toBeUndefined();
});

test('a span that can never be sent is isolated by halving, then refused', () => {
  const { destination } = exporter;
  expect(destination.encode([span(), huge])).toBeUndefined();
  expect(() => destination.encode([huge])).toThrow(/larger than one request/);
});

test('a request ends after the timeout of delivery, if that is the shorter one', async () => {
  agent.mood = () => true;
  const body = exporter.destination.encode([span()]) as Uint8Array;
  expect(await exporter.destination.send(body, 30)).toEqual({
    kind: 'retry',
    reason: 'no answer within 30 ms',
  });
});
