// Says where the API came from that an application gets, and whether it works.
const api = require('@opentelemetry/api');
const { wrapTracer } = require('@opentelemetry/api/experimental');

const key = api.createContextKey('key');
const tracer = api.trace.getTracer('app');
const result = tracer.startActiveSpan('outer', (outer) => {
  const inner = wrapTracer(tracer).withActiveSpan('inner', (span) => span);
  outer.end();
  return {
    isSampled: outer.spanContext().traceFlags === api.TraceFlags.SAMPLED,
    isChild: inner.spanContext().traceId === outer.spanContext().traceId,
    isShared: api.context.with(api.context.active().setValue(key, 1), () =>
      api.context.active().getValue(key),
    ),
  };
});
const { sep } = require('node:path');
const files = Object.keys(require.cache)
  .map((file) => file.replaceAll(sep, '/'))
  .filter((file) => file.includes('@opentelemetry/api/dist/') && !file.includes('/experimental/'))
  .map((file) => file.replace(/.*@opentelemetry\/api\/dist\//, ''));
process.stdout.write(
  JSON.stringify({
    ...result,
    files,
    isDefault: api.default.trace === api.trace,
    names: Object.keys(api).sort(),
  }),
);
