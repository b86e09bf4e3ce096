// More spans than a pipe holds, and then the end, with or without a flush that is under way.
//   full-pipe.cjs <spans> [flush]
const { trace } = require('@opentelemetry/api');
const { forceFlush, stats } = require('signalbox');

const [, , spans, flush] = process.argv;
const tracer = trace.getTracer('full-pipe');
for (let index = 0; index < Number(spans); index++) tracer.startSpan(`span ${index}`).end();
if (flush) void forceFlush();
process.on('exit', () => {
  const { accepted, delivered, dropped } = stats()[0];
  process.stdout.write(JSON.stringify({ accepted, delivered, dropped }));
});
process.exit(4);
