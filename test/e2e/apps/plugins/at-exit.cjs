// An exporter that takes batches while the process exits; AT_EXIT names how. What it takes is on stdout.
const { writeSync } = require('node:fs');
const { defineComponent } = require('signalbox');

const take = (spans) => writeSync(1, spans.map(({ name }) => `took ${name}\n`).join(''));
const HOOKS = {
  takes: (spans, timeout) => {
    take(spans);
    writeSync(1, `within ${timeout > 0 && timeout <= 1_000}\n`);
  },
  throws: () => {
    throw new Error('there is no room');
  },
  'is async': async (spans) => take(spans),
  'is not there': undefined,
};

module.exports = defineComponent({
  kind: 'exporter',
  name: 'acme',
  stability: 'stable',
  doc: 'A test.',
  signals: ['traces'],
  variables: [],
  fromEnv: () => undefined,
  create: () => ({
    describe: () => 'acme',
    traces: () => ({
      export: (_spans, done) => setTimeout(done, 10, { code: 0 }),
      shutdown: async () => {},
      exportAtExit: HOOKS[process.env.AT_EXIT],
    }),
  }),
});
