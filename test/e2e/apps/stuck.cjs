// A request that never ends, and one that does; how the process ends is said on the command line.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('test');
const attributes = { password: 'hunter2', 'user.tier': 'gold', 'gen_ai.input.messages': 'tell nobody' };
tracer.startSpan('stuck', { attributes });
tracer.startSpan('fine').end();
const timer = setInterval(() => {}, 1_000);
const how = process.argv[2];
if (how === 'natural') clearInterval(timer);
else if (how === 'exit') process.exit(3);
else if (how === 'throw')
  setImmediate(() => {
    throw new Error('out');
  });
console.log('ready');
