// Creates spans through the OpenTelemetry API, then ends the way it is told; twin of manual-spans.cjs.
//   --spans=3                 how many
//   --end=natural             natural, exit (process.exit), throw, reject, or wait (for a signal)
//   --code=0                  exit code of --end=exit and of the handler that exits
//   --on-signal=none          none, exit (process.exit in a handler) or drain (its handler lets it end)
import { parseArgs } from 'node:util';
import { trace } from '@opentelemetry/api';

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '3' },
    end: { type: 'string', default: 'natural' },
    code: { type: 'string', default: '0' },
    'on-signal': { type: 'string', default: 'none' },
  },
});
const code = Number(values.code);
const tracer = trace.getTracer('manual-spans', '1.2.3');
for (let index = 0; index < Number(values.spans); index++) {
  tracer.startSpan(`span ${index}`, { attributes: { index, even: index % 2 === 0 } }).end();
}

const ENDS = {
  natural: () => {},
  exit: () => process.exit(code),
  throw: () => {
    throw new Error('thrown by the application');
  },
  reject: () => {
    void Promise.reject(new Error('rejected by the application'));
  },
  wait: () => {
    const timer = setInterval(() => {}, 1000);
    const handlers = {
      exit: () => process.exit(code),
      drain: () => {
        process.exitCode = code;
        clearInterval(timer);
      },
    };
    const handler = handlers[values['on-signal']];
    for (const signal of handler ? ['SIGTERM', 'SIGINT', 'SIGHUP'] : []) {
      process.on(signal, () => {
        console.log(`handling ${signal}`);
        handler();
      });
    }
  },
};

ENDS[values.end]();
console.log('ready');
