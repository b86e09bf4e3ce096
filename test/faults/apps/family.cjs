// Several members, each of which ends ten spans. How they end, and how long that takes, is noted as well.
//   family.cjs <directory> fork|cluster|workers [member]
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { fork } = require('node:child_process');
const { isMainThread, threadId, Worker } = require('node:worker_threads');
const cluster = require('node:cluster');
const { trace } = require('@opentelemetry/api');
const { keepJournal } = require('../../support/apps/journal.cjs');

const [, , directory, kind, member] = process.argv;
const MEMBERS = 3;
const journal = keepJournal(directory);
/** Where a member says when it has nothing left to do. */
const doneFile = (id) => join(directory, `done-${id}`);

for (let index = 0; index < 10; index++) {
  const span = trace.getTracer('family').startSpan(`span ${index}`);
  span.end();
  journal.ended(span);
}

const START = {
  fork: () => fork(__filename, [directory, kind, 'member']),
  cluster: () => cluster.fork(),
  workers: () => new Worker(__filename, { argv: [directory, kind, 'member'] }),
};

const ends = [];
function begin() {
  const one = START[kind]();
  const id = kind === 'workers' ? `thread-${one.threadId}` : String((one.process ?? one).pid);
  one.on('exit', (code) => {
    ends.push({ code, took: Date.now() - Number(readFileSync(doneFile(id), 'utf8')) });
    if (ends.length < MEMBERS) return;
    writeFileSync(join(directory, 'ends.json'), JSON.stringify(ends));
    process.stdout.write('ending\n');
  });
}

if (isMainThread && !cluster.isWorker && member === undefined) {
  for (let index = 0; index < MEMBERS; index++) begin();
} else {
  if (isMainThread) process.exitCode = 7;
  writeFileSync(doneFile(isMainThread ? String(process.pid) : `thread-${threadId}`), String(Date.now()));
  cluster.worker?.disconnect();
}
