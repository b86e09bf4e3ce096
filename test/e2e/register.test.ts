import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { findNode, REGISTER, ROOT, type RunOptions, runApp } from '../support/run-app.ts';

const app = (name: string): string => join(import.meta.dirname, 'apps', name);

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

async function run(options: RunOptions) {
  const exit = await runApp({
    ...options,
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'registered', OTEL_METRICS_EXPORTER: 'none', ...options.env },
  }).exit;
  return { ...exit, lines: exit.stderr.split('\n').filter((line) => line !== '') };
}

describe('register.js', () => {
  test('says in one line what runs, and leaves stdout alone', async () => {
    const { stdout, lines } = await run({ app: 'manual-spans.cjs' });
    expect(stdout).toBe('ready\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^signalbox: \d+\.\d+\.\d+ started: service registered.*; traces\+logs → otlp \(http\/protobuf to 127\.0\.0\.1:\d+\); metrics off; sampler parentbased_always_on; propagators .*tracecontext.*; \d+ instrumentations$/,
    );
  });

  test('takes the name of the service from package.json if none is set, and says so', async () => {
    const { lines } = await run({ app: 'manual-spans.cjs', env: { OTEL_SERVICE_NAME: undefined } });
    expect(lines[0]).toMatch(/service \S+.*\(from package\.json; set OTEL_SERVICE_NAME to change it\)/);
  });

  test('OTEL_LOG_LEVEL=error silences the start-up line', async () => {
    expect((await run({ app: 'manual-spans.cjs', env: { OTEL_LOG_LEVEL: 'error' } })).lines).toEqual([]);
  });

  test.each(['require', 'import'] as const)(
    'loaded twice by --%s warns once and changes nothing',
    async (loader) => {
      const { lines, code } = await run({
        app: 'manual-spans.cjs',
        loader,
        nodeArgs: ['--require', REGISTER],
      });
      expect(code).toBe(0);
      expect(receiver.spans).toHaveLength(3);
      // The same file twice is one module to Node.js; another path to it is a second load.
      expect(lines.filter((line) => line.includes('SDK001')).length).toBeLessThanOrEqual(1);
    },
  );

  test('names an OpenTelemetry SDK that the application registers later, once, and stays in charge', async () => {
    const { lines } = await run({ app: app('second-sdk.cjs') });
    expect(lines.filter((line) => line.includes('SDK002'))).toEqual([
      expect.stringContaining('second-sdk.cjs'),
    ]);
    await receiver.waitForSpans((spans) => spans.some(({ name }) => name === 'mine'));
  });

  test('does not start beside an SDK that is there already, and says so', async () => {
    const { lines, stdout } = await run({
      app: 'manual-spans.cjs',
      nodeArgs: ['--require', app('sdk-first.cjs')],
    });
    expect(lines).toEqual([
      expect.stringMatching(/another OpenTelemetry SDK is registered already.*\[SDK002\]/),
    ]);
    expect(stdout).toBe('ready\n');
    expect(receiver.spans).toEqual([]);
  });

  test('does not start beside an incompatible OpenTelemetry API, and says so', async () => {
    const { lines, stdout } = await run({
      app: 'manual-spans.cjs',
      nodeArgs: ['--require', app('old-api.cjs')],
    });
    expect(lines).toEqual([expect.stringMatching(/version 1\.4\.0 was registered first.*\[SDK003\]/)]);
    expect(stdout).toBe('ready\n');
  });

  test('leaves worker threads alone', async () => {
    const { lines } = await run({ app: app('worker.cjs') });
    expect(lines).toHaveLength(1);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['main']);
  });

  test('SIGNALBOX_WORKER_THREADS=true traces worker threads too', async () => {
    await run({ app: app('worker.cjs'), env: { SIGNALBOX_WORKER_THREADS: 'true' } });
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['main', 'worker']);
  });

  test('OTEL_SDK_DISABLED=true records nothing, and trace context still passes through', async () => {
    const { stdout, lines } = await run({ app: app('pass-through.cjs'), env: { OTEL_SDK_DISABLED: 'true' } });
    expect(JSON.parse(stdout)).toEqual({
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      recording: false,
    });
    expect(lines).toEqual([]);
  });

  test('OTEL_TRACES_EXPORTER=none records no spans, and trace context still passes through', async () => {
    const { stdout } = await run({ app: app('pass-through.cjs'), env: { OTEL_TRACES_EXPORTER: 'none' } });
    expect(JSON.parse(stdout)).toMatchObject({
      recording: false,
      traceparent: expect.stringContaining('0af7651'),
    });
  });

  const permitted = process.allowedNodeEnvironmentFlags.has('--permission') ? test : test.skip;
  permitted('works under the permission model, read-only and only where the application is', async () => {
    const exit = await run({
      app: app('permission.cjs'),
      nodeArgs: ['--permission', `--allow-fs-read=${ROOT}`],
    });
    expect(exit.code).toBe(9);
    expect(exit.lines.filter((line) => line.includes('WARN'))).toEqual([]);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['permitted']);
  });

  test('a forked process has telemetry of its own, and its exit code', async () => {
    const { code, stdout } = await run({
      app: app('fork.cjs'),
      env: { NODE_OPTIONS: `--require ${REGISTER}` },
      loader: 'none',
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'child 7 null\n' });
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['in the child', 'in the parent']);
    expect(new Set(receiver.spans.map(({ resource }) => resource.attributes['process.pid'])).size).toBe(2);
  });
});

describe('on Node.js 20.19 or later 20', () => {
  const node = findNode(20);

  if (node === undefined) {
    test.skip('no such Node.js is on PATH', () => {});
  } else {
    test.each([
      ['manual-spans.cjs', 'require'],
      ['manual-spans.mjs', 'require'],
      ['manual-spans.cjs', 'import'],
      ['manual-spans.mjs', 'import'],
    ] as const)('%s runs under --%s with one warning', async (file, loader) => {
      const { code, lines } = await run({ app: file, loader, node });
      expect(code).toBe(0);
      expect(lines.filter((line) => line.includes('SDK004'))).toHaveLength(1);
      expect(receiver.spans).toHaveLength(3);
    });
  }
});
