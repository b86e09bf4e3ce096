// Ends spans without a pause for breath, and notes the id of each in a file once it has ended.
//   ending-spans.mjs <file>
import { openSync, writeSync } from 'node:fs';
import { trace } from '@opentelemetry/api';

const file = openSync(process.argv[2], 'a');
const tracer = trace.getTracer('ending-spans');
const burst = () => {
  for (let index = 0; index < 20; index++) {
    const span = tracer.startSpan('work', { attributes: { index, text: 'x'.repeat(index * 10) } });
    span.end();
    writeSync(file, `${span.spanContext().spanId}\n`);
  }
  setTimeout(burst, Math.random() * 4);
};
burst();
writeSync(1, 'ready\n');
