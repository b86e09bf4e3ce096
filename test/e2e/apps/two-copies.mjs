// An ES module application under `--require register.js`: the distro runs as CommonJS, the
// application loads the ES modules of the same package. Prints what leaves on each way.
import { createRequire } from 'node:module';
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import * as copy from 'signalbox/propagators';

const { CompositePropagator: Loaded } = createRequire(import.meta.url)('signalbox/propagators');
const styles = [
  { name: 'datadog', propagator: new copy.DatadogPropagator() },
  { name: 'tracecontext', propagator: new copy.W3CPropagator() },
];
const own = new copy.CompositePropagator({ extract: styles, inject: styles });
const loaded = new Loaded({ extract: styles, inject: styles });
const headers = JSON.parse(process.env.HEADERS);
const tracer = trace.getTracer('two-copies');

/** The headers that a span in the extracted context sends, by the distro and by the application's copy. */
function pass(context) {
  const span = tracer.startSpan('hop', {}, context);
  const active = trace.setSpan(context, span);
  const byCopy = {};
  own.inject(active, byCopy, defaultTextMapSetter);
  span.end();
  return { byDistro: copy.inject({}, { context: active }), byCopy };
}

const result = {
  separate: copy.CompositePropagator !== Loaded,
  helpers: pass(copy.extract(headers, { context: ROOT_CONTEXT })),
  copy: pass(own.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)),
  mixed: pass(loaded.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)),
};
console.log(JSON.stringify(result));
