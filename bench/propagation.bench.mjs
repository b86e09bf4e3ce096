// Extract + child + inject of one request, ours against OpenTelemetry's default composite and
// dd-trace's propagator, interleaved in one process: `npm run build && node bench/propagation.bench.mjs`.
// Every peer gets the same header sets, 11 other headers included. Read the ratios.
import { createRequire } from 'node:module';
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator as StockB3 } from '@opentelemetry/propagator-b3';
import * as ours from '../dist/propagators.mjs';

Object.assign(process.env, {
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
});
const require = createRequire(import.meta.url);
const internals = '../node_modules/dd-trace/packages/dd-trace/src';
const DatadogTextMap = require(`${internals}/opentracing/propagation/text_map`);
const DatadogContext = require(`${internals}/opentracing/span_context`);
const datadogId = require(`${internals}/id`);

const SETS = 1024;
const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = Number(process.env.ROUNDS ?? (IS_QUICK ? 7 : 21));
const OPERATIONS = Number(process.env.OPERATIONS ?? (IS_QUICK ? 3_000 : 10_000));

const hex = (digits) =>
  Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const childIds = Array.from({ length: SETS }, () => hex(16));

function headerSet(kind) {
  const high = hex(16);
  const low = `1${hex(15)}`;
  const span = `1${hex(15)}`;
  const headers = {
    host: 'shop.example:8080',
    connection: 'keep-alive',
    'user-agent': `bench/${hex(4)}`,
    accept: 'application/json',
    'accept-encoding': 'gzip, br',
    'accept-language': 'en',
    'content-type': 'application/json',
    'content-length': '123',
    'cache-control': 'no-cache',
    cookie: `session=${hex(12)}`,
    'x-request-id': hex(16),
  };
  if (kind.includes('w3c')) headers.traceparent = `00-${high}${low}-${span}-01`;
  if (kind.includes('state')) {
    headers.tracestate = `dd=s:2;o:rum;t.dm:-4;p:${span},congo=${hex(12)},rojo=${hex(16)}`;
  }
  if (kind.includes('datadog')) {
    headers['x-datadog-trace-id'] = BigInt(`0x${low}`).toString();
    headers['x-datadog-parent-id'] = BigInt(`0x${span}`).toString();
    headers['x-datadog-sampling-priority'] = '2';
    headers['x-datadog-origin'] = 'rum';
    headers['x-datadog-tags'] = `_dd.p.tid=${high},_dd.p.dm=-4`;
  }
  if (kind.includes('baggage')) headers.baggage = `user.id=${hex(6)},tenant=acme%20inc,region=eu-${hex(2)}`;
  if (kind.includes('b3')) headers.b3 = `${high}${low}-${span}-1`;
  // Flat strings, as Node's HTTP parser makes them.
  for (const name of Object.keys(headers)) headers[name] = Buffer.from(headers[name]).toString('latin1');
  return headers;
}

/** One request through a TextMapPropagator. */
function otel(propagator) {
  return (headers, spanId) => {
    const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const parent = trace.getSpanContext(context);
    if (!parent) return 0;
    const { traceId, traceFlags, traceState } = parent;
    const child = trace.setSpanContext(context, { traceId, spanId, traceFlags, traceState });
    const carrier = {};
    propagator.inject(child, carrier, defaultTextMapSetter);
    return carrier;
  };
}

/** One request through dd-trace's propagator, as its tracer makes a child. */
function datadog(extract) {
  const config = {
    tracePropagationStyle: { extract, inject: extract },
    DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT: 'continue',
    DD_TRACE_PROPAGATION_EXTRACT_FIRST: false,
    DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH: 512,
    legacyBaggageEnabled: true,
    baggageMaxItems: 64,
    baggageMaxBytes: 8192,
    baggageTagKeys: ['user.id', 'session.id', 'account.id'],
  };
  const propagator = new DatadogTextMap(config);
  return (headers) => {
    const parent = propagator.extract(headers);
    if (!parent) return 0;
    const child = new DatadogContext({
      traceId: parent._traceId,
      spanId: datadogId(),
      parentId: parent._spanId,
      sampling: parent._sampling,
      baggageItems: { ...parent._baggageItems },
      trace: parent._trace,
      tracestate: parent._tracestate,
      traceparent: parent._traceparent,
      isRemote: false,
    });
    const carrier = {};
    propagator.inject(child, carrier);
    return carrier;
  };
}

const styles = {
  datadog: new ours.DatadogPropagator(),
  tracecontext: new ours.W3CPropagator(),
  baggage: new ours.BaggagePropagator(),
  b3: new ours.B3Propagator(),
};
function composite(...names) {
  const list = names.map((name) => ({ name, propagator: styles[name] }));
  return otel(new ours.CompositePropagator({ extract: list, inject: list }));
}
const stock = otel(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);
const ourDefault = composite('datadog', 'tracecontext', 'baggage');
const theirDefault = datadog(['datadog', 'tracecontext', 'baggage']);

const cases = [
  ['no headers', '', ourDefault, stock, theirDefault],
  ['traceparent', 'w3c', ourDefault, stock, datadog(['tracecontext'])],
  ['traceparent + tracestate', 'w3c state', ourDefault, stock, datadog(['tracecontext'])],
  ['x-datadog-*', 'datadog', ourDefault, undefined, datadog(['datadog'])],
  ['W3C + baggage', 'w3c state baggage', ourDefault, stock, theirDefault],
  ['W3C + Datadog + baggage', 'w3c state datadog baggage', ourDefault, stock, theirDefault],
  [
    'b3 single',
    'b3',
    composite('b3'),
    otel(new StockB3({ injectEncoding: B3InjectEncoding.SINGLE_HEADER })),
    datadog(['b3 single header']),
  ],
];

let sink;
function round(run, sets) {
  const start = process.hrtime.bigint();
  for (let at = 0; at < OPERATIONS; at++) sink = run(sets[at & (SETS - 1)], childIds[at & (SETS - 1)]);
  return Number(process.hrtime.bigint() - start) / OPERATIONS;
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const times = new Map();
const prepared = cases.map(([name, kind, ...runs]) => [
  name,
  Array.from({ length: SETS }, () => headerSet(kind)),
  runs,
]);
for (let at = 0; at < ROUNDS; at++) {
  for (const [name, sets, runs] of prepared) {
    for (const [peer, run] of runs.entries()) {
      if (!run) continue;
      const key = `${name}/${peer}`;
      times.set(key, [...(times.get(key) ?? []), round(run, sets)]);
    }
  }
}

const cell = (text) => String(text).padStart(12);
console.log(
  `${'ns/op (median)'.padEnd(26)}${['ours', 'OTel', 'dd-trace', 'ours/OTel', 'ours/dd'].map(cell).join('')}`,
);
for (const [name] of prepared) {
  const [own, other, dd] = [0, 1, 2].map((peer) => {
    const measured = times.get(`${name}/${peer}`);
    return measured && median(measured);
  });
  const ratio = (peer) => (peer ? (own / peer).toFixed(2) : '-');
  const row = [own.toFixed(0), other?.toFixed(0) ?? '-', dd?.toFixed(0) ?? '-', ratio(other), ratio(dd)];
  console.log(name.padEnd(26) + row.map(cell).join(''));
}
if (sink === undefined) throw new Error('nothing was measured');
process.exit(0);
