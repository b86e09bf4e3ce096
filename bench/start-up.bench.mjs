/**
 * What tracing adds to the start of a process (CPU, resident memory, modules) and to an
 * installation (megabytes on disk). Every start is a process of its own, interleaved.
 * Run: `npm run bench -- [quick] start-up`.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleaved, median } from './support/run-child.mjs';

const ROOT = join(import.meta.dirname, '..');
const ROUNDS = process.env.BENCH_QUICK ? 3 : 11;
const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));

/** Says what the start cost, and ends before anything is sent. */
const app = join(folder, 'app.cjs');
writeFileSync(
  app,
  `const { user, system } = process.cpuUsage();
const cost = { cpu: (user + system) / 1000, rss: process.memoryUsage.rss() / 1e6, modules: Object.keys(require.cache).length - 1 };
require('node:fs').writeSync(1, JSON.stringify(cost));
process.kill(process.pid, 'SIGKILL');`,
);
const nodeSdk = join(folder, 'node-sdk.cjs');
writeFileSync(
  nodeSdk,
  `const { NodeSDK } = require(${JSON.stringify(join(ROOT, 'node_modules/@opentelemetry/sdk-node'))});
new NodeSDK().start();`,
);

const BUILT_IN = { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici,runtime-node' };
const STARTS = {
  'bare Node.js': { preload: [] },
  'Signalbox, OTLP http': { preload: [join(ROOT, 'register.js')], env: BUILT_IN },
  'Signalbox, OTLP gRPC': {
    preload: [join(ROOT, 'register.js')],
    env: { ...BUILT_IN, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  },
  'Signalbox, Datadog Agent': {
    preload: [join(ROOT, 'register.js')],
    env: { ...BUILT_IN, SIGNALBOX_BACKEND: 'datadog' },
  },
  'NodeSDK, no instrumentation': { preload: [nodeSdk] },
  'dd-trace': { preload: [join(ROOT, 'node_modules/dd-trace/init.js')] },
};

function start(name) {
  const { preload, env = {} } = STARTS[name];
  const args = [...preload.flatMap((file) => ['--require', file]), app];
  const options = {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      DD_TRACE_STARTUP_LOGS: 'false',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      ...env,
    },
  };
  return JSON.parse(spawnSync(process.execPath, args, options).stdout);
}

/** The package and what it depends on, as an installation without anything optional has it. */
function installedMegabytes(root, own) {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = packages[path];
    const needed = [
      ...Object.keys({ ...dependencies, ...optionalDependencies }),
      ...Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional),
    ];
    for (const name of needed) {
      let at = path;
      for (;;) {
        const candidate = `${at ? `${at}/` : ''}node_modules/${name}`;
        if (packages[candidate]) {
          visit(candidate);
          break;
        }
        if (!at) break;
        at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')));
        if (!at.startsWith('node_modules')) at = '';
      }
    }
  };
  visit(root);
  seen.delete(root);
  const all = [...seen].map((path) => join(ROOT, path)).filter((path) => existsSync(path));
  return Math.round([...own, ...all].reduce((sum, path) => sum + size(path), 0) / 1e6);
}

/** Nested packages have a line of their own; source maps of ours are not published. */
function size(path) {
  const found = lstatSync(path);
  if (!found.isDirectory())
    return path.startsWith(join(ROOT, 'dist')) && path.endsWith('.map') ? 0 : found.size;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + size(join(path, name)), 0);
}

try {
  const results = await interleaved(Object.keys(STARTS), ROUNDS, start);
  const of = (name, field) => median(results.get(name).map((cost) => cost[field]));
  const dd = of('dd-trace', 'cpu') - of('bare Node.js', 'cpu');
  console.log(
    `above bare Node.js (${Math.round(of('bare Node.js', 'cpu'))} ms of CPU), ${ROUNDS} starts each`,
  );
  console.table(
    Object.keys(STARTS)
      .slice(1)
      .map((name) => {
        const cpu = of(name, 'cpu') - of('bare Node.js', 'cpu');
        return {
          start: name,
          'CPU ms': Math.round(cpu),
          'x dd-trace': Number((cpu / dd).toFixed(2)),
          'RSS MB': Math.round(of(name, 'rss') - of('bare Node.js', 'rss')),
          'modules loaded': of(name, 'modules'),
        };
      }),
  );
  console.log('\nmegabytes on disk, with what is needed to run');
  console.table([
    { package: 'signalbox', MB: installedMegabytes('', [join(ROOT, 'dist'), join(ROOT, 'register.js')]) },
    ...['@opentelemetry/sdk-node', 'dd-trace'].map((name) => ({
      package: name,
      MB: installedMegabytes(`node_modules/${name}`, [join(ROOT, 'node_modules', name)]),
    })),
  ]);
} finally {
  rmSync(folder, { recursive: true });
}
