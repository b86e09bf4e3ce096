/**
 * Encoding as OTLP protobuf: ns and bytes per span, log record and data point of our encoder against
 * the serialisers of `@opentelemetry/otlp-transformer`. Run: `npm run bench -- otlp-encode`.
 */
const transformer = await import('@opentelemetry/otlp-transformer');
const { otlpEncoder } = await import('../exporters/otlp/encode/index.ts');
const { logRecords, metricsOf } = await import('./support/other-signals.mjs');
const { race } = await import('./support/race.mjs');
const { SHAPES, otelSpans } = await import('./support/span-shapes.mjs');

const BATCH = 512;
const PEER = 'otlp-transformer';

const SUBJECTS = [
  ...SHAPES.map((shape) => ({
    label: `${shape.label} span`,
    signal: 'traces',
    peer: transformer.ProtobufTraceSerializer,
    batch: otelSpans(shape, BATCH),
  })),
  { label: 'log record', signal: 'logs', peer: transformer.ProtobufLogsSerializer, batch: logRecords(BATCH) },
  {
    label: 'counter point',
    signal: 'metrics',
    peer: transformer.ProtobufMetricsSerializer,
    batch: metricsOf('counter', BATCH),
  },
  {
    label: 'histogram point',
    signal: 'metrics',
    peer: transformer.ProtobufMetricsSerializer,
    batch: metricsOf('histogram', BATCH),
  },
];

const rows = [];
for (const { label, signal, peer, batch } of SUBJECTS) {
  const encoder = otlpEncoder(signal);
  const runs = {
    // As the destination does it: the memory is given back when the request has arrived.
    signalbox: () => {
      const bytes = encoder.encode(batch);
      encoder.settled(bytes, true);
      return bytes;
    },
    [PEER]: () => peer.serializeRequest(batch),
  };
  for (const { name, ns, ratio } of race(runs, PEER, BATCH)) {
    rows.push({
      item: label,
      encoder: name,
      'ns/item': Math.round(ns),
      'bytes/item': Math.round(runs[name]().length / BATCH),
      'x upstream': Number(ratio.toFixed(3)),
    });
  }
}
console.log(`ns of CPU and bytes, batches of ${BATCH}; ratios are medians of neighbouring rounds`);
console.table(rows);
