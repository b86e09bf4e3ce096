// Comes back three times from its natural end, with a new span each time.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('test');
let returns = 0;
tracer.startSpan('at first').end();
process.on('beforeExit', () => {
  if (returns === 3) return;
  const name = `return ${++returns}`;
  setTimeout(() => tracer.startSpan(name).end(), 20);
});
process.exitCode = 5;
