// Every way in which a process can end.
const wait = () => void setInterval(() => {}, 1_000);
const deeper = () => deeper() + 1;

exports.ENDS = {
  natural: () => {},
  'exit code': () => {
    process.exitCode = 3;
  },
  exit: () => process.exit(4),
  throw: () => {
    throw new Error('thrown by the application');
  },
  reject: () => {
    void Promise.reject(new Error('rejected by the application'));
  },
  'stack overflow': deeper,
  'out of memory': (report) => {
    report();
    const kept = [];
    for (;;) kept.push(new Array(1e5).fill(kept.length));
  },
  wait,
  'wait for SIGKILL': (report) => {
    report();
    process.stdout.write('reported\n');
    wait();
  },
  // A second of work without a turn of the event loop, and then the end.
  blocked: () => {
    const until = performance.now() + 1_000;
    while (performance.now() < until);
  },
  'blocked and exit': () => {
    const until = performance.now() + 1_000;
    while (performance.now() < until);
    process.exit(4);
  },
};
