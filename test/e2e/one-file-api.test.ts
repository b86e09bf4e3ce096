import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@opentelemetry/api';
import { REGISTER, ROOT, type RunOptions, runApp } from '../support/run-app.ts';

const APP = join(import.meta.dirname, 'apps', 'which-api.cjs');

interface Answer {
  readonly isSampled: boolean;
  readonly isChild: boolean;
  readonly isShared: number;
  readonly isDefault: boolean;
  readonly files: readonly string[];
  readonly names: readonly string[];
}

async function answer(options: RunOptions): Promise<Answer> {
  const { code, stdout, stderr } = await runApp(options).exit;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

const ENV = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  SIGNALBOX_SHUTDOWN_TIMEOUT: '0',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

test.each(['require', 'import'] as const)(
  'an application gets the API of Signalbox by --%s, from one file, and nothing is missing',
  async (loader) => {
    const { files, names, ...works } = await answer({ app: APP, loader, env: ENV });
    expect(works).toEqual({ isSampled: true, isChild: true, isShared: 1, isDefault: true });
    expect(names).toEqual(Object.keys(api).sort());
    expect(files).toContain('index.cjs');
    // The entry alone: none of the files that it would load.
    expect(files).not.toContain('trace-api.cjs');
  },
);

test('an API that is loaded already stays, and is that of Signalbox', async () => {
  const early = join(ROOT, 'node_modules/@opentelemetry/api/dist/index.cjs');
  const nodeArgs = ['--require', early, '--require', REGISTER];
  const { files, ...works } = await answer({ app: APP, loader: 'none', nodeArgs, env: ENV });
  expect(works).toMatchObject({ isSampled: true, isChild: true, isShared: 1 });
  expect(files).toContain('trace-api.cjs');
});

describe('a package that is not the one that the file was made of is loaded from its own files', () => {
  let folder: string;
  let installed: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-api-'));
    installed = join(folder, 'node_modules/@opentelemetry/api');
    cpSync(join(ROOT, 'node_modules/@opentelemetry/api'), installed, { recursive: true });
    for (const file of ['one-file-api.cjs', 'api-copy.cjs'])
      cpSync(join(ROOT, 'dist', file), join(folder, file));
    cpSync(APP, join(folder, 'app.cjs'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function filesLoaded(): Promise<readonly string[]> {
    const nodeArgs = ['--require', join(folder, 'one-file-api.cjs')];
    return (await answer({ app: join(folder, 'app.cjs'), loader: 'none', nodeArgs })).files;
  }

  test('unchanged: from one file', async () => {
    const files = await filesLoaded();
    expect(files).toContain('index.cjs');
    expect(files).not.toContain('trace-api.cjs');
  });

  test('of another version', async () => {
    const file = join(installed, 'package.json');
    const { version, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    writeFileSync(file, JSON.stringify({ ...rest, version: `${version}0` }));
    expect(await filesLoaded()).toContain('trace-api.cjs');
  });

  test('changed after its installation', async () => {
    appendFileSync(join(installed, 'dist/internal/semver.cjs'), '\n// patched');
    expect(await filesLoaded()).toContain('trace-api.cjs');
  });

  test('without one of its files', async () => {
    rmSync(join(installed, 'dist/version.cjs'));
    const nodeArgs = ['--require', join(folder, 'one-file-api.cjs')];
    const { code, stderr } = await runApp({ app: join(folder, 'app.cjs'), loader: 'none', nodeArgs }).exit;
    expect(code).toBe(1);
    expect(stderr).toContain('version.cjs');
  });
});
