// What an application that suffers notes in a directory, to be read however it ends: the id of each span
// that has ended, and at the end what the box says, how many errors there were and how much memory it took.
const { appendFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { threadId } = require('node:worker_threads');
const { stats } = require('../../../dist/index.cjs');

exports.keepJournal = (directory) => {
  const errors = [];
  process.on('uncaughtExceptionMonitor', (error, origin) => errors.push(`${origin}: ${error.message}`));

  function report() {
    const traces = stats().filter(({ signal }) => signal === 'traces');
    const { maxRSS } = process.resourceUsage();
    const text = JSON.stringify({ stats: traces, errors, maxRSS });
    // Of each process and thread its own.
    writeFileSync(join(directory, `report-${process.pid}-${threadId}.json`), text);
  }
  process.on('exit', report);
  // Where a signal ends the process there is no `exit` event: the last moment is when it is passed on.
  const { kill } = process;
  process.kill = (...args) => {
    report();
    return Reflect.apply(kill, process, args);
  };

  const ended = (span) => appendFileSync(join(directory, 'ended'), `${span.spanContext().spanId}\n`);
  return { ended, report };
};
