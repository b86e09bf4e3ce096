/**
 * Encoding spans for the Datadog Agent: ns/span and bytes/span of our encoder against dd-trace's
 * format + 0.4 encoder, and against two MessagePack libraries on the objects that dd-trace formats.
 * Run: `npm run bench -- datadog-encode`.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { encode: msgpackEncode } = await import('@msgpack/msgpack');
const { Packr } = await import('msgpackr');
const { race } = await import('./support/race.mjs');
const { SHAPES, otelSpans } = await import('./support/span-shapes.mjs');
const { TraceEncoder } = await import('../exporters/datadog/encode/trace-encoder.ts');

const BATCH = 512;
const PEER = 'dd-trace format + 0.4';

/** dd-trace's spans, formatter and encoder, taken from inside the package: for this comparison only. */
function ddTrace() {
  const tracer = require('dd-trace').init({
    service: 'checkout',
    env: 'bench',
    version: '1.2.3',
    startupLogs: false,
    plugins: false,
    url: 'http://127.0.0.1:9',
    flushInterval: 1e9,
    telemetry: { enabled: false },
    remoteConfig: { enabled: false },
  });
  const base = 'dd-trace/packages/dd-trace/src';
  const format = require(`${base}/span_format.js`);
  const { AgentEncoder } = require(`${base}/encode/0.4.js`);
  const encoder = new AgentEncoder({ flush() {} });
  const spansOf = (shape) => {
    const root = tracer.startSpan('root');
    return Array.from({ length: BATCH }, (_, index) => {
      const span = tracer.startSpan(shape.name, {
        childOf: root,
        tags: { 'span.kind': shape.kindName, ...shape.attributes(index) },
      });
      span.addEvent(shape.event.name, shape.event.attributes);
      span.finish();
      return span;
    });
  };
  return { format, encoder, spansOf };
}

const { format, encoder: ddEncoder, spansOf } = ddTrace();
const packr = new Packr({ useRecords: false, int64AsType: 'number' });
const ours = new TraceEncoder({
  facts: { runtimeId: 'c9e2c6ba-7d0b-4f2c-9f3b-1f0f6f1c7a55', pid: process.pid },
  now: Date.now,
});

const plain = (span) => ({
  ...span,
  trace_id: span.trace_id.toBigInt(),
  span_id: span.span_id.toBigInt(),
  parent_id: span.parent_id.toBigInt(),
});

const rows = [];
for (const shape of SHAPES) {
  const batch = otelSpans(shape, BATCH);
  const ddSpans = spansOf(shape);
  const formatted = () => ddSpans.map((span, index) => format(span, index === 0, false));
  const ddRun = () => {
    ddEncoder.encode(formatted());
    return ddEncoder.makePayload();
  };
  const runs = {
    signalbox: () => {
      const [payload] = ours.encode(batch).payloads;
      ours.release(payload);
      return payload.bytes;
    },
    [PEER]: ddRun,
    'dd-trace format + msgpackr': () => packr.pack([formatted().map(plain)]),
    'dd-trace format + @msgpack/msgpack': () =>
      msgpackEncode([formatted().map(plain)], { useBigInt64: true }),
  };
  for (const { name, ns, ratio } of race(runs, PEER, BATCH)) {
    rows.push({
      shape: shape.label,
      encoder: name,
      'ns/span': Math.round(ns),
      'bytes/span': Math.round(runs[name]().length / BATCH),
      'x dd-trace': Number(ratio.toFixed(2)),
    });
  }
}
console.log(`ns of CPU and bytes, batches of ${BATCH}; ratios are medians of neighbouring rounds`);
console.table(rows);
process.exit(0);
