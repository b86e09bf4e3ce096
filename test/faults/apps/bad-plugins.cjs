// Exporters and processors that break their contract; FAULT_PLUGIN names one. What an exporter has taken is
// noted in the application's directory.
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
const { defineComponent } = require('signalbox');

const fail = () => {
  throw new Error('the plug-in is broken');
};
const take = (spans) => {
  const ids = spans.map((span) => `${span.spanContext().spanId}\n`);
  appendFileSync(join(process.argv[2], 'acme'), ids.join(''));
};
const common = { stability: 'stable', doc: 'A test.', variables: [], fromEnv: () => undefined };
const exporting = (send) =>
  defineComponent({
    ...common,
    kind: 'exporter',
    name: 'acme',
    create: () => ({
      describe: () => 'acme',
      traces: () => ({ export: send, forceFlush: async () => {}, shutdown: async () => {} }),
    }),
  });
const quiet = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
const processing = (create) => defineComponent({ ...common, kind: 'processor', name: 'acme', create });

const CASES = {
  throws: () => exporting(fail),
  'calls back twice': () =>
    exporting((spans, done) => {
      take(spans);
      done({ code: 0 });
      done({ code: 0 });
      setTimeout(done, 5, { code: 1 });
    }),
  'calls back and throws': () =>
    exporting((spans, done) => {
      take(spans);
      done({ code: 0 });
      fail();
    }),
  'calls back with nothing': () => exporting((_spans, done) => done()),
  'never calls back': () => exporting(take),
  'processor throws': () => processing(() => ({ observe: { ...quiet, onStart: fail, onEnd: fail } })),
  'processor rejects': () =>
    processing(() => ({
      observe: { ...quiet, forceFlush: async () => fail(), shutdown: async () => fail() },
    })),
};

module.exports = CASES[process.env.FAULT_PLUGIN]();
