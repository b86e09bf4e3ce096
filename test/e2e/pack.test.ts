import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { environment, ROOT, runApp } from '../support/run-app.ts';

const run = promisify(execFile);
/** Packing and installing ask the registry; they need more than other tests. */
const INSTALL_TIMEOUT = 240_000;

let directory: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
  directory = mkdtempSync(join(tmpdir(), 'signalbox-pack-'));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'empty-project', version: '4.5.6' }));
  // npm itself, as the developer has it; of the environment only what configures npm.
  const npmSettings = Object.entries(process.env).filter(([name]) =>
    /^npm_config_|_proxy$|^NODE_EXTRA/i.test(name),
  );
  const options = { cwd: ROOT, env: environment({ ...Object.fromEntries(npmSettings), PATH: nodePath() }) };
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], options);
  const tarball = readdirSync(directory).find((name) => name.endsWith('.tgz')) as string;
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], {
    ...options,
    cwd: directory,
  });
}, INSTALL_TIMEOUT);

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await receiver.close();
});

beforeEach(() => receiver.clear());

/** The Node.js of this test comes first. */
function nodePath(): string {
  return `${dirname(process.execPath)}:${process.env.PATH}`;
}

const BODY = `
const server = http.createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', async () => {
  await (await fetch('http://127.0.0.1:' + server.address().port + '/')).text();
  server.close();
  console.log('ready');
});`;

function app(file: string): string {
  const path = join(directory, file);
  const head = file.endsWith('.mjs') ? "import http from 'node:http';" : "const http = require('node:http');";
  writeFileSync(path, `${head}${BODY}`);
  return path;
}

describe('the packed package, installed into an empty project', () => {
  test.each([
    ['app.cjs', '--require'],
    ['app.mjs', '--require'],
    ['app.cjs', '--import'],
    ['app.mjs', '--import'],
  ])('traces %s under %s signalbox/register', async (file, flag) => {
    const exit = await runApp({
      app: app(file),
      loader: 'none',
      nodeArgs: [flag, 'signalbox/register'],
      cwd: directory,
      env: receiver.env,
    }).exit;
    expect(exit).toMatchObject({ code: 0, stdout: 'ready\n' });
    const [client, server] = ['CLIENT', 'SERVER'].map((kind) =>
      receiver.spans.find((span) => span.kind === kind),
    );
    expect(server?.parentSpanId).toBe(client?.spanId);
    expect(client?.resource.attributes['service.name']).toBe('empty-project');
    expect(client?.resource.attributes['service.version']).toBe('4.5.6');
  });

  test.each([
    ['start.cjs', "const { start, shutdown } = require('signalbox');"],
    ['start.mjs', "import { start, shutdown } from 'signalbox';"],
  ])('starts from code in %s', async (file, head) => {
    const path = join(directory, file);
    const options = "{ config: { service: { name: 'from-code' }, logs: { exporters: ['none'] } } }";
    const trace = "box.running && require_('@opentelemetry/api').trace.getTracer('t').startSpan('s').end();";
    const require_ = "const require_ = process.getBuiltinModule('module').createRequire(process.argv[1]);";
    writeFileSync(path, `${head}\n${require_}\nconst box = start(${options});\n${trace}\nvoid shutdown();\n`);
    const exit = await runApp({ app: path, loader: 'none', cwd: directory, env: receiver.env }).exit;
    expect(exit.code).toBe(0);
    expect(receiver.spans.map(({ name, resource }) => [name, resource.attributes['service.name']])).toEqual([
      ['s', 'from-code'],
    ]);
  });

  test('brings the command', async () => {
    const command = join(directory, 'node_modules/.bin/signalbox');
    const options = { cwd: directory, env: environment({ OTEL_SERVICE_NAME: 'shop', PATH: nodePath() }) };
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await run(command, ['--version'], options)).stdout).toBe(`${version}\n`);
    expect((await run(command, ['config', '--set'], options)).stdout).toContain('OTEL_SERVICE_NAME=shop');
    const explained = await run(command, ['sampling', 'explain', 'keep error; 0.1'], options);
    expect(explained.stdout).toContain('2. 0.1');
    const simulated = await run(command, ['simulate', '--traces', '2', '--shape', 'chat'], {
      ...options,
      env: { ...options.env, ...receiver.env },
    });
    expect(simulated.stdout).toContain('2 of 2 spans arrived at otlp');
    expect(receiver.spans).toHaveLength(2);
  });

  test('has types for both module systems, and nothing that is not needed', () => {
    const installed = join(directory, 'node_modules/signalbox');
    expect(readdirSync(installed).sort()).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json', 'register.js']),
    );
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(Object.keys(exports)).toEqual(
      expect.arrayContaining([
        '.',
        './register',
        './exporters',
        './propagators',
        './samplers',
        './processors',
        './package.json',
      ]),
    );
    expect(readdirSync(installed)).not.toEqual(expect.arrayContaining(['test']));
  });

  // Parts of the SDK are bundled, and what those need in turn must be asked for by ourselves.
  test('imports only packages that it declares', () => {
    const installed = join(directory, 'node_modules/signalbox');
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    const imported = readdirSync(join(installed, 'dist'))
      .filter((file) => /\.([cm]js|d\.[cm]ts)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(installed, 'dist', file), 'utf8').matchAll(
          /(?:\bfrom |require\(|^import )["']([^."'][^"']*)["']/gm,
        ),
      ])
      .map(([, specifier]) => specifier as string)
      // A message of what is bundled has `from "%s"` in it.
      .filter((specifier) => !isBuiltin(specifier) && specifier !== '%s');
    const packages = new Set(imported.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]));
    expect(packages.size).toBeGreaterThan(5);
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    expect([...packages].filter((name) => !declared.includes(name as string))).toEqual([]);
  });

  test('loads at start what the configuration names and nothing else', async () => {
    const list = join(directory, 'loaded.cjs');
    writeFileSync(list, 'console.log(JSON.stringify(Object.keys(require.cache)))');
    const { stdout } = await runApp({
      app: list,
      loader: 'none',
      nodeArgs: ['--require', 'signalbox/register'],
      cwd: directory,
      env: receiver.env,
    }).exit;
    const files = JSON.parse(stdout) as string[];
    const packages = new Set(
      files
        .filter((file) => file !== list)
        .map((file) => /.*node_modules[\\/]((@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]),
    );
    // gRPC, YAML, prices and user patterns have their own packages, and are not there.
    expect([...packages].sort()).toEqual([
      '@opentelemetry/api',
      'import-in-the-middle',
      'module-details-from-path',
      'signalbox',
    ]);
  });
});
