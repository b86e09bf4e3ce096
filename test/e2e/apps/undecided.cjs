// A trace of which two spans have ended and the root has not, and a process that ends without warning.
const { ROOT_CONTEXT, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('undecided');
const below = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('root'));
for (const name of ['one', 'two']) tracer.startSpan(name, {}, below).end();
if (process.argv[2] === 'exit') process.exit();
else process.kill(process.pid, process.argv[2]);
