// Four writers with ten spans each: processes of a cluster, or worker threads.
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';

const [kind] = process.argv.slice(2);

function write(writer) {
  const tracer = trace.getTracer('writers');
  for (let index = 0; index < 10; index++) tracer.startSpan(`${writer}.${index}`).end();
  process.exit();
}

if (!isMainThread) write(workerData);
else if (cluster.isWorker) write(process.env.WRITER);
else {
  const ends = [1, 2, 3, 4].map(
    (writer) =>
      new Promise((resolve) => {
        if (kind === 'cluster') cluster.fork({ WRITER: String(writer) }).on('exit', resolve);
        else new Worker(fileURLToPath(import.meta.url), { workerData: writer }).on('exit', resolve);
      }),
  );
  await Promise.all(ends);
  console.log('done');
}
