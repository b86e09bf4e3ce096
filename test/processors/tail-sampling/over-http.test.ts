/** Two services, real headers between them, and a real OTLP receiver behind. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { TailSamplingProcessor } from '../../../processors/index.ts';
import { createSampling, readSampling } from '../../../samplers/index.ts';
import { SettingsReader } from '../../../src/config/reader.ts';
import { FakeHost, useContextManager } from '../../samplers/support.ts';

interface Received {
  name: string;
  traceState?: string;
  flags?: number;
  attributes: { key: string; value: { stringValue?: string; boolValue?: boolean } }[];
}

const received: Received[] = [];
const headers: IncomingMessage['headers'][] = [];
let backend: Server;
let downstream: Server;
const address = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  useContextManager();
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  backend = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
      for (const { scopeSpans } of resourceSpans) {
        for (const { spans } of scopeSpans) received.push(...spans);
      }
      response.end('{}');
    });
  });
  downstream = createServer((request, response) => {
    headers.push(request.headers);
    response.end();
  });
  await Promise.all(
    [backend, downstream].map((one) => new Promise<void>((done) => one.listen(0, '127.0.0.1', done))),
  );
});

afterAll(async () => {
  propagation.disable();
  context.disable();
  await Promise.all([backend, downstream].map((one) => new Promise((done) => one.close(done))));
});

/** OpenTelemetry's own encoding over a real socket; its HTTP exporter loads modules in a way Jest cannot. */
function jsonExporter(url: string): SpanExporter {
  return {
    export(spans, done) {
      const body = JsonTraceSerializer.serializeRequest(spans);
      fetch(url, { method: 'POST', body: body as Uint8Array<ArrayBuffer> }).then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error) => done({ code: ExportResultCode.FAILED, error }),
      );
    },
    shutdown: async () => {},
  };
}

async function request(rules: string, isError: boolean) {
  received.length = 0;
  headers.length = 0;
  const host = new FakeHost();
  const config = readSampling(new SettingsReader({ env: { SIGNALBOX_SAMPLING_RULES: rules } }));
  const { sampler, processor } = createSampling(config, host, { tail: TailSamplingProcessor });
  const exporter = jsonExporter(`${address(backend)}/v1/traces`);
  const end = new BatchSpanProcessor({ exporter });
  const provider = new TracerProvider({ sampler, spanProcessors: [processor ? processor(end) : end] });
  const tracer = provider.getTracer('test');
  const root = tracer.startSpan('GET /', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  const call = tracer.startSpan('call', { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, root));
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, call), carrier);
  await fetch(address(downstream), { headers: carrier });
  call.end();
  if (isError) root.setStatus({ code: SpanStatusCode.ERROR });
  root.end();
  await provider.shutdown();
  return { carrier: headers[0] ?? {}, names: received.map(({ name }) => name).sort() };
}

test('kept at the start: the flag and the weight go downstream and to the backend', async () => {
  const { carrier, names } = await request('keep error; keep', false);
  expect(carrier.traceparent).toMatch(/-01$/);
  expect(carrier.tracestate).toMatch(/^ot=rv:[0-9a-f]{14};th:0$/);
  expect(names).toEqual(['GET /', 'call']);
  for (const span of received) expect(span.traceState).toBe(carrier.tracestate);
});

test('kept at the end: downstream was told no, the backend gets all local spans with their weight', async () => {
  const { carrier, names } = await request('keep error; drop', true);
  expect(carrier.traceparent).toMatch(/-00$/);
  expect(names).toEqual(['GET /', 'call']);
  for (const span of received) expect(span.traceState).toMatch(/^ot=rv:[0-9a-f]{14};th:0$/);
  const root = received.find(({ name }) => name === 'GET /');
  expect(root?.attributes).toContainEqual({
    key: 'signalbox.sampling.rule',
    value: { stringValue: 'keep error' },
  });
});

test('dropped: nothing arrives', async () => {
  const { carrier, names } = await request('keep error; drop', false);
  expect(carrier.traceparent).toMatch(/-00$/);
  expect(names).toEqual([]);
});

test('a flag that was sent is not taken back', async () => {
  const { carrier, names } = await request('drop error; keep', true);
  expect(carrier.traceparent).toMatch(/-01$/);
  expect(names).toEqual(['GET /', 'call']);
});
