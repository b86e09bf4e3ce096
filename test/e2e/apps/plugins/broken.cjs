// Every way in which a component can be wrong; the test picks one of them by its name.
const { defineComponent } = require('signalbox');

const common = { stability: 'stable', doc: 'A test.', variables: [], fromEnv: () => undefined };
const make = (kind, name, create, rest = {}) => defineComponent({ ...common, kind, name, create, ...rest });
const fail = () => {
  throw new Error('it is broken');
};
const exporter = (instance) => make('exporter', 'acme', () => ({ describe: () => 'acme', ...instance }));
const good = { inject() {}, extract: (context) => context, fields: () => [] };
const quiet = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
const never = () => new Promise(() => {});

const CASES = {
  'create throws': () => make('exporter', 'acme', fail),
  'create returns nothing': () => make('exporter', 'acme', () => undefined),
  'create returns a promise': () => make('exporter', 'acme', async () => ({ describe: () => 'acme' })),
  'create rejects': () => make('exporter', 'acme', async () => fail()),
  'no describe': () => make('exporter', 'acme', () => ({})),
  'describe throws': () => exporter({ describe: fail }),
  'factory throws': () => exporter({ traces: fail }),
  'fromEnv throws': () => make('exporter', 'acme', () => ({}), { fromEnv: fail }),
  'processor link throws': () => make('processor', 'acme', () => ({ spans: fail })),
  'processor is no object': () => make('processor', 'acme', () => 'yes'),
  'sampler without shouldSample': () => make('sampler', 'acme', () => ({})),
  'sampler throws': () => make('sampler', 'acme', () => ({ shouldSample: fail, toString: () => 'acme' })),
  'observer throws': () =>
    make('processor', 'acme', () => ({ observe: { ...quiet, onStart: fail, onEnd: fail } })),
  'link throws at the end': () =>
    make('processor', 'acme', () => ({ spans: () => ({ ...quiet, onEnd: fail }) })),
  'log link throws': () => make('processor', 'acme', () => ({ logs: () => ({ ...quiet, onEmit: fail }) })),
  'propagator throws': () => make('propagator', 'acme', () => ({ ...good, inject: fail, extract: fail })),
  'instrumentation without enable': () => make('instrumentation', 'acme', () => ({})),
  'unknown kind': () => make('exportr', 'acme', () => ({})),
  'no name': () => make('exporter', undefined, () => ({})),
  'no variables': () => make('exporter', 'acme', () => ({}), { variables: undefined }),
  'a getter throws': () =>
    Object.defineProperties(
      {},
      { [Symbol.for('signalbox.component')]: { value: true }, kind: { get: fail } },
    ),
  'a name that is taken': () => make('exporter', 'otlp', () => ({})),
  'shutdown never ends': () =>
    make('processor', 'acme', () => ({ observe: { ...quiet, forceFlush: never, shutdown: never } })),
};

module.exports = CASES[process.env.BROKEN_CASE]();
