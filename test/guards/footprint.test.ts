/**
 * Figures that do not depend on how fast or busy the machine is, so that they can be asserted: what a
 * span takes on the wire and on the heap. Time is measured by `npm run bench`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { runApp } from '../support/run-app.ts';

const SPANS = 4_000;

/** Runs the app in front of a backend that takes everything; bytes and heap per span. */
async function footprint(env: Record<string, string>): Promise<{ bytes: number; heap: number }> {
  let bytes = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (/traces$/.test(request.url ?? '')) bytes += body.length;
    response.end(request.url === '/info' ? '{"endpoints":["/v0.4/traces"]}' : '{}');
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout, code } = await runApp({
    app: join(import.meta.dirname, 'apps/thousand-spans.cjs'),
    nodeArgs: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      DD_TRACE_AGENT_URL: url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    },
  }).exit;
  server.close();
  expect(code).toBe(0);
  return { bytes: bytes / SPANS, heap: (JSON.parse(stdout) as { heap: number }).heap };
}

// What was measured on Node.js 24, and a twentieth (bytes) or a quarter (heap) more.
test.each([
  ['OTLP protobuf', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, { bytes: 505, heap: 7_000 }],
  ['Datadog Agent', { SIGNALBOX_BACKEND: 'datadog' }, { bytes: 2_014, heap: 6_500 }],
  [
    'the engine of the SDK',
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', SIGNALBOX_TRACER: 'sdk' },
    { bytes: 505, heap: 14_300 },
  ],
])('a span with ten attributes: %s', async (_case, env, most) => {
  const { bytes, heap } = await footprint(env);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(most.bytes);
  expect(heap).toBeGreaterThan(0);
  expect(heap).toBeLessThan(most.heap);
});

test('one that is sampled out takes no byte and little heap', async () => {
  const { bytes, heap } = await footprint({ OTEL_TRACES_SAMPLER: 'always_off' });
  expect(bytes).toBe(0);
  expect(heap).toBeLessThan(1_300);
});
