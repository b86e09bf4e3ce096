// Ends spans without a pause for breath, and notes in a directory the id of each once it has ended, and
// how much memory has been taken.
//   ending-spans.mjs <directory>
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';

const [, , directory] = process.argv;
const file = openSync(join(directory, 'ended'), 'a');
const memory = openSync(join(directory, 'memory'), 'a');
const tracer = trace.getTracer('ending-spans');
const burst = () => {
  for (let index = 0; index < 20; index++) {
    const span = tracer.startSpan('work', { attributes: { index, text: 'x'.repeat(index * 10) } });
    span.end();
    writeSync(file, `${span.spanContext().spanId}\n`);
  }
  writeSync(memory, `${process.resourceUsage().maxRSS}\n`);
  setTimeout(burst, Math.random() * 4);
};
burst();
writeSync(1, 'ready\n');
