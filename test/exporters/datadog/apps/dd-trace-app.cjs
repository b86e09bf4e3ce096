// Makes the same spans with dd-trace as otel-app.ts does with our exporter. Usage: node dd-trace-app.cjs <url>
const tracer = require('dd-trace').init({
  url: process.argv[2],
  service: 'conformance',
  env: 'test',
  version: '1.0',
  flushInterval: 10,
  startupLogs: false,
  plugins: false,
  telemetry: { enabled: false },
  remoteConfig: { enabled: false },
  runtimeMetrics: false,
});

process.on('message', (traces) => {
  for (let index = 0; index < traces; index++) {
    const root = tracer.startSpan('root', { tags: { 'span.kind': 'server', text: 'value', whole: 7 } });
    const child = tracer.startSpan('child', { childOf: root, tags: { 'span.kind': 'client' } });
    child.finish();
    root.finish();
  }
  tracer._tracer._exporter?.flush?.(() => process.send('flushed'));
});
process.send('ready');
