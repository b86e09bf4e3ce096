// Ends spans, waits until they have left, and ends as it is told. Notes what it did in two files, which
// are there however it ends: the id of each span that has ended, and at the end what the box says.
//   spans.cjs <directory> '{"spans": 60, …}'
const { appendFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { trace } = require('@opentelemetry/api');
const { stats } = require('signalbox');
const { ENDS } = require('./ends.cjs');

const [, , directory, text] = process.argv;
const {
  spans = 60,
  chunk = 10,
  every = 5,
  size = 10,
  patience = 10_000,
  until = 0,
  end = 'natural',
} = JSON.parse(text);
const tracer = trace.getTracer('faults');
const journal = join(directory, 'ended');
const errors = [];

process.on('uncaughtExceptionMonitor', (error, origin) => errors.push(`${origin}: ${error.message}`));

function report() {
  const traces = stats().filter(({ signal }) => signal === 'traces');
  const { maxRSS } = process.resourceUsage();
  writeFileSync(join(directory, 'report.json'), JSON.stringify({ stats: traces, errors, maxRSS }));
}
process.on('exit', report);
// Where a signal ends the process there is no `exit` event: the last moment is when it is passed on.
const { kill } = process;
process.kill = (...args) => {
  report();
  return Reflect.apply(kill, process, args);
};

let ended = 0;
function endSpans() {
  for (let index = 0; index < chunk && ended < spans; index++, ended++) {
    const span = tracer.startSpan(`span ${ended}`, { attributes: { text: 'x'.repeat(size) } });
    span.end();
    appendFileSync(journal, `${span.spanContext().spanId}\n`);
  }
  if (ended < spans) setTimeout(endSpans, every);
  else afterwards();
}

const started = performance.now();
function afterwards() {
  const sum = (count) => stats().reduce((total, one) => total + count(one), 0);
  const waiting = sum(({ inMemory, spooled }) => inMemory + spooled);
  const isDone = waiting === 0 && sum(({ delivered }) => delivered) >= until;
  if (!isDone && performance.now() - started < patience) return setTimeout(afterwards, 20);
  process.stdout.write(`ending ${waiting}\n`, () => ENDS[end](report));
}
endSpans();
