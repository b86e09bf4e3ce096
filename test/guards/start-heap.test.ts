/** What a start leaves on the heap, above bare Node.js. What it parses and loads is in start.test.ts. */
import { join } from 'node:path';
import { runApp } from '../support/run-app.ts';
import { expectFigures } from './figures.ts';

async function heap(loader: 'require' | 'none', env: Record<string, string> = {}): Promise<number> {
  const { stdout } = await runApp({
    app: join(import.meta.dirname, 'apps/heap.cjs'),
    nodeArgs: ['--expose-gc'],
    loader,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici,runtime-node',
      ...env,
    },
  }).exit;
  return Number(stdout);
}

test.each([
  ['OTLP over HTTP', {}, 5_950],
  ['OTLP over gRPC', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 5_940],
  ['Datadog Agent', { SIGNALBOX_BACKEND: 'datadog' }, 6_870],
])('%s', async (_case, env, KB) => {
  expectFigures({ KB: (await heap('require', env)) - (await heap('none')) }, { KB });
});
