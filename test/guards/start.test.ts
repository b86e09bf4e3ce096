/**
 * What a start parses: that was two fifths of its CPU, and each file costs a quarter of a millisecond.
 * Neither depends on the machine. Time is measured by `npm run bench -- start-up`.
 */
import { basename, join } from 'node:path';
import { REGISTER, ROOT, runApp } from '../support/run-app.ts';
import { expectFigures } from './figures.ts';

interface Started {
  readonly files: readonly string[];
  readonly own: readonly string[];
  /** Thousands of characters. */
  readonly parsed: number;
  readonly beyondAscii: readonly string[];
  readonly builtins: readonly string[];
}

/** Starts a process in which nothing happens; with the instrumentations that come with Signalbox. */
async function started(env: Record<string, string> = {}): Promise<Started> {
  const apps = join(import.meta.dirname, 'apps');
  const { stdout, code } = await runApp({
    app: join(apps, 'nothing.cjs'),
    loader: 'none',
    nodeArgs: ['--require', join(apps, 'count-compiled.cjs'), '--require', REGISTER],
    env: {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici,runtime-node',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      SIGNALBOX_SHUTDOWN_TIMEOUT: '100',
      ...env,
    },
  }).exit;
  expect(code).toBe(0);
  const { compiled, builtins } = JSON.parse(stdout) as {
    compiled: [file: string, length: number, isBeyondAscii: boolean][];
    builtins: string[];
  };
  const all = compiled.filter(([file]) => !file.startsWith(apps));
  const own = all.filter(([file]) => file.startsWith(join(ROOT, 'dist')));
  return {
    files: all.map(([file]) => file),
    own: own.map(([file]) => basename(file)),
    parsed: all.reduce((sum, [, length]) => sum + length, 0) / 1_000,
    beyondAscii: own.filter(([, , isBeyond]) => isBeyond).map(([file]) => basename(file)),
    builtins,
  };
}

test('a start parses what it needs, in few files, and loads no more of Node.js', async () => {
  const { files, own, parsed, beyondAscii, builtins } = await started();
  expectFigures({ files: files.length, parsed }, { files: 15, parsed: 1_030 });
  const detector = /^getMachineId-/;
  expect(own.filter((file) => !detector.test(file)).sort()).toEqual([
    'api-copy.cjs',
    'one-file-api.cjs',
    'register.cjs',
    'rolldown-runtime.cjs',
    'start-alone.cjs',
    'start-genai-alone-command.cjs',
    'start-genai-alone.cjs',
    'start-genai.cjs',
    'start.cjs',
  ]);
  expect(beyondAscii).toEqual([]);
  for (const name of ['crypto', 'zlib', 'dgram', 'stream/web', 'http2', 'tls'])
    expect(builtins).not.toContain(`NativeModule ${name}`);
});

test('the base of instrumentations is there once, and no package beside the import hook', async () => {
  const { files } = await started();
  const packages = files.flatMap(
    (file) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? [],
  );
  expect([...new Set(packages)].sort()).toEqual(['import-in-the-middle', 'module-details-from-path']);
});

test.each([
  ['a Datadog Agent', { SIGNALBOX_BACKEND: 'datadog' }, 'exporters-datadog-create.cjs'],
  [
    'a spool',
    { SIGNALBOX_SPOOL_DIR: join(ROOT, 'node_modules', '.cache', 'signalbox-guard') },
    'exporters-otlp-spool.cjs',
  ],
  [
    'our GenAI instrumentations',
    { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'openai' },
    'src-genai-instrumentations-all.cjs',
  ],
])('%s brings its part', async (_case, env, file) => {
  expect((await started()).own).not.toContain(file);
  expect((await started(env)).own).toContain(file);
});
