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
import { expectFigures } from './figures.ts';

/** Of one span, except for `requests`: of all. */
interface Footprint {
  readonly bytes: number;
  readonly requests: number;
  readonly heap: number;
}

/** Runs the app in front of a backend that takes everything. */
async function footprint(env: Record<string, string>): Promise<Footprint> {
  let bytes = 0;
  let requests = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const isAgent = !request.url?.startsWith('/v1/');
    if (/traces$/.test(request.url ?? '')) {
      bytes += body.length;
      requests++;
    }
    response.setHeader('content-type', isAgent ? 'application/json' : 'application/x-protobuf');
    response.end(!isAgent ? '' : request.url === '/info' ? '{"endpoints":["/v0.4/traces"]}' : '{}');
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout, stderr, code } = await runApp({
    app: join(import.meta.dirname, 'apps/thousands-of-spans.cjs'),
    nodeArgs: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_SERVICE_NAME: 'guard',
      OTEL_LOG_LEVEL: 'warn',
      // How many go together at full load depends on how fast they come.
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512',
      DD_TRACE_AGENT_URL: url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    },
  }).exit;
  server.close();
  // What is refused would be counted as sent.
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { heap, spans } = JSON.parse(stdout) as { heap: number; spans: number };
  return { bytes: bytes / spans, requests, heap };
}

test.each<[string, Record<string, string>, Footprint]>([
  ['OTLP protobuf', { SIGNALBOX_TRACER: 'lean' }, { bytes: 480, requests: 14, heap: 5_120 }],
  [
    'Datadog Agent',
    { SIGNALBOX_TRACER: 'lean', SIGNALBOX_BACKEND: 'datadog' },
    { bytes: 1_925, requests: 14, heap: 4_620 },
  ],
  ['the engine of the SDK', { SIGNALBOX_TRACER: 'sdk' }, { bytes: 480, requests: 14, heap: 10_460 }],
])('a span with ten attributes: %s', async (_case, env, known) => {
  expectFigures(await footprint(env), known);
});

test.each([
  ['lean', 177],
  ['sdk', 177],
])('one that is sampled out takes no byte and little heap: %s', async (tracer, heap) => {
  const measured = await footprint({ OTEL_TRACES_SAMPLER: 'always_off', SIGNALBOX_TRACER: tracer });
  expect(measured).toMatchObject({ bytes: 0, requests: 0 });
  expectFigures({ heap: measured.heap }, { heap });
});
