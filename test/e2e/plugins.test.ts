import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const folder = join(import.meta.dirname, 'apps', 'plugins');
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

async function run(plugins: string, env: Record<string, string> = {}) {
  const exit = await runApp({
    app: join(folder, 'app.cjs'),
    cwd: folder,
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'plugged', SIGNALBOX_PLUGINS: plugins, ...env },
  }).exit;
  const complaints = exit.stderr.split('\n').filter((line) => /^signalbox: (WARN|ERROR) /.test(line));
  return { ...exit, complaints, names: receiver.spans.map(({ name }) => name) };
}

describe('a plug-in that handles metrics', () => {
  const recorded = { route: '/a', method: 'GET' };

  test.each([
    ['in the chain sees the attributes that were recorded', {}, recorded],
    [
      'around the meters too, and those that it adds arrive',
      { ACME_WRAPS: '1' },
      { ...recorded, seen: '/a' },
    ],
  ] as const)('%s', async (_name, env, attributes) => {
    const { complaints, stdout } = await run('./meters.mjs', env);
    expect(complaints).toEqual([]);
    expect(JSON.parse(/passing (.*)/.exec(stdout)?.[1] ?? '{}')).toEqual(attributes);
    expect(receiver.metrics.find(({ name }) => name === 'acme.duration')?.points).toMatchObject([
      { attributes },
    ]);
  });
});

describe('a plug-in with every kind of component', () => {
  const env = {
    OTEL_TRACES_SAMPLER: 'acme_sampler',
    OTEL_PROPAGATORS: 'tracecontext,acme_header',
    ACME_LABEL: 'special',
  };

  test('decides, propagates, changes all three signals and instruments', async () => {
    const { complaints, code, stdout, stderr, names } = await run('./every-kind.mjs', env);
    expect({ complaints, code }).toEqual({ complaints: [], code: 0 });
    expect(stderr).toMatch(/sampler acme_sampler; propagators tracecontext,acme_header/);
    // Propagator and observer.
    expect(stdout).toMatch(/saw work\n/);
    expect(stdout).toMatch(/headers .*traceparent.*x-acme/);
    // Sampler, instrumentation (its scope) and the link for spans.
    expect(names).toEqual(['work']);
    expect(receiver.spans[0]).toMatchObject({
      scope: expect.objectContaining({ name: 'acme' }),
      attributes: { sampled: 'acme', label: 'special' },
    });
    expect(receiver.logs[0]).toMatchObject({ attributes: { label: 'special' } });
    const metrics = receiver.metrics.map(({ name }) => name);
    expect(metrics).toContain('acme.wanted');
    expect(metrics).not.toContain('acme.unwanted');
  });

  test('is used only as far as it is chosen', async () => {
    const { stdout, names } = await run('./every-kind.mjs', {
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'acme_instrumentation',
    });
    expect(names.sort()).toEqual(['noise', 'work']);
    expect(stdout).not.toMatch(/x-acme/);
    expect(receiver.spans[0]?.scope.name).toBe('app');
  });
});

describe('a broken plug-in is one clear line, and everything else works', () => {
  const otlp = { SIGNALBOX_BACKEND: 'otlp,acme' };
  test.each<[what: string, line: RegExp, env?: Record<string, string>]>([
    ['create throws', /exporter acme: cannot be created: it is broken\. .*\[CMP001\]/, otlp],
    ['create returns nothing', /exporter acme: .*create\(\) returned undefined.*\[CMP001\]/, otlp],
    ['create returns a promise', /exporter acme: .*a promise; it must not be async.*\[CMP001\]/, otlp],
    ['create rejects', /exporter acme: .*a promise; it must not be async.*\[CMP001\]/, otlp],
    ['no describe', /exporter acme: .*without describe\(\).*\[CMP001\]/, otlp],
    ['describe throws', /exporter acme: cannot be created: it is broken.*\[CMP001\]/, otlp],
    ['factory throws', /exporter acme: cannot be created: it is broken.*\[CMP001\]/, otlp],
    ['fromEnv throws', /exporter acme.*it is broken/, otlp],
    ['processor link throws', /processor acme: cannot be created: it is broken.*\[CMP001\]/],
    ['processor is no object', /processor acme: .*create\(\) returned string.*\[CMP001\]/],
    [
      'sampler without shouldSample',
      /sampler acme: .*without shouldSample\(\).*\[CMP001\]/,
      { OTEL_TRACES_SAMPLER: 'acme' },
    ],
    ['sampler throws', /ERROR the sampler failed: it is broken/, { OTEL_TRACES_SAMPLER: 'acme' }],
    ['observer throws', /ERROR a span processor failed: it is broken/],
    ['log link throws', /ERROR a log record processor failed: it is broken/],
    ['propagator throws', /it is broken/, { OTEL_PROPAGATORS: 'tracecontext,acme' }],
    ['instrumentation without enable', /instrumentation acme: .*without enable\(\).*\[CMP001\]/],
    ['unknown kind', /plug-in \.\/broken\.cjs: has a component of the unknown kind "exportr".*\[PLG002\]/],
    ['no name', /plug-in \.\/broken\.cjs: .*without a name.*\[PLG002\]/],
    ['no variables', /plug-in \.\/broken\.cjs: .*variables are not an array.*\[PLG002\]/],
    ['a getter throws', /plug-in \.\/broken\.cjs: .*cannot be read: it is broken.*\[PLG002\]/],
    ['a name that is taken', /plug-in otlp: there is another exporter of this name.*\[PLG003\]/],
  ])('%s', async (what, line, env = {}) => {
    const { complaints, stdout, code, names } = await run('./broken.cjs', { ...env, BROKEN_CASE: what });
    expect(complaints).toEqual([expect.stringMatching(line)]);
    expect({ code, last: stdout.split('\n').at(-2) }).toEqual({ code: 0, last: 'ready' });
    expect(names.sort()).toEqual(['noise', 'work']);
  });

  test('a link that throws loses its spans and nothing else', async () => {
    const { complaints, code, names } = await run('./broken.cjs', { BROKEN_CASE: 'link throws at the end' });
    expect(complaints).toEqual([expect.stringMatching(/a span processor failed: it is broken/)]);
    expect({ code, names }).toEqual({ code: 0, names: [] });
    expect(receiver.logs).toHaveLength(1);
  });

  test('top-level await', async () => {
    const { complaints, names } = await run('./top-level-await.mjs');
    expect(complaints).toEqual([
      expect.stringMatching(
        /plug-in \.\/top-level-await\.mjs: cannot be loaded: it uses top-level await.*\[PLG001\]/,
      ),
    ]);
    expect(names.sort()).toEqual(['noise', 'work']);
  });

  test('a shutdown that never ends holds up the process no longer than the deadline', async () => {
    const { code, names, afterOutput } = await run('./broken.cjs', {
      BROKEN_CASE: 'shutdown never ends',
      SIGNALBOX_SHUTDOWN_TIMEOUT: '500',
    });
    expect(code).toBe(0);
    expect(names.sort()).toEqual(['noise', 'work']);
    expect(afterOutput).toBeLessThan(4_000);
  });
});
