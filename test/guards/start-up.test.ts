/** What is loaded when a process starts, and what stays of it on the heap. Time is measured by `npm run bench`. */
import { join } from 'node:path';
import { runApp } from '../support/run-app.ts';
import { expectFigures } from './figures.ts';

/** Files, kilobytes of source, kilobytes of heap above bare Node.js. */
interface Loaded {
  readonly modules: number;
  readonly KB: number;
  readonly heapKB: number;
}

async function loaded(loader: 'require' | 'none', env: Record<string, string> = {}): Promise<Loaded> {
  const { stdout } = await runApp({
    app: join(import.meta.dirname, 'apps/loaded.cjs'),
    nodeArgs: ['--expose-gc'],
    loader,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici,runtime-node',
      ...env,
    },
  }).exit;
  return JSON.parse(stdout) as Loaded;
}

test.each<[string, Record<string, string>, Loaded]>([
  ['OTLP over HTTP', {}, { modules: 60, KB: 1_187, heapKB: 7_800 }],
  ['OTLP over gRPC', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { modules: 60, KB: 1_187, heapKB: 7_600 }],
  ['Datadog Agent', { SIGNALBOX_BACKEND: 'datadog' }, { modules: 62, KB: 1_282, heapKB: 8_350 }],
])('%s', async (_case, env, known) => {
  const [bare, box] = [await loaded('none'), await loaded('require', env)];
  expect(bare.modules).toBe(0);
  expectFigures({ ...box, heapKB: box.heapKB - bare.heapKB }, known);
});
