// Several members, each of which ends ten spans and notes their ids.
//   family.cjs <directory> fork|cluster|workers [member]
const { appendFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { fork } = require('node:child_process');
const { isMainThread, Worker } = require('node:worker_threads');
const cluster = require('node:cluster');
const { trace } = require('@opentelemetry/api');

const [, , directory, kind, member] = process.argv;
const MEMBERS = 3;

for (let index = 0; index < 10; index++) {
  const span = trace.getTracer('family').startSpan(`span ${index}`);
  span.end();
  appendFileSync(join(directory, 'ended'), `${span.spanContext().spanId}\n`);
}

const START = {
  fork: () => fork(__filename, [directory, kind, 'member']),
  cluster: () => cluster.fork(),
  workers: () => new Worker(__filename, { argv: [directory, kind, 'member'] }),
};

const ends = [];
function begin() {
  START[kind]().on('exit', (...end) => {
    ends.push(end[0]);
    if (ends.length === MEMBERS) writeFileSync(join(directory, 'ends.json'), JSON.stringify(ends));
  });
}

if (isMainThread && !cluster.isWorker && member === undefined) {
  for (let index = 0; index < MEMBERS; index++) begin();
} else if (isMainThread) {
  process.exitCode = 7;
  cluster.worker?.disconnect();
}
