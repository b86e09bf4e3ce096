// Ends spans, waits until they have left, and ends as it is told.
//   spans.cjs <directory> '{"spans": 60, …}'
const { trace } = require('@opentelemetry/api');
const { stats } = require('signalbox');
const { ENDS } = require('./ends.cjs');
const { keepJournal } = require('../../support/apps/journal.cjs');

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
const journal = keepJournal(directory);

let ended = 0;
function endSpans() {
  for (let index = 0; index < chunk && ended < spans; index++, ended++) {
    const span = tracer.startSpan(`span ${ended}`, { attributes: { text: 'x'.repeat(size) } });
    span.end();
    journal.ended(span);
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
  process.stdout.write(`ending ${waiting}\n`, () => ENDS[end](journal.report));
}
endSpans();
