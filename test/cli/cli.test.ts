/** The command as users run it: processes of the built package. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { environment, ROOT, type RunOptions, runApp } from '../support/run-app.ts';

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CLI = join(ROOT, MANIFEST.bin.signalbox);
const RULES = 'keep error; 0.1';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'signalbox-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function signalbox(args: readonly string[], options: Omit<RunOptions, 'app' | 'args'> = {}) {
  return runApp({ app: CLI, args, loader: 'none', cwd: directory, ...options }).exit;
}

function write(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('finding a command', () => {
  test.each([[['help']], [['--help']], [['-h']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await signalbox(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of ['config', 'sampling', 'redact', 'simulate']) expect(stdout).toContain(`\n  ${name} `);
  });

  test('--version says the version', async () => {
    expect(await signalbox(['--version'])).toMatchObject({ code: 0, stdout: `${MANIFEST.version}\n` });
  });

  test('no command is wrong usage', async () => {
    const { code, stdout, stderr } = await signalbox([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: signalbox');
  });

  test.each([
    ['confg', 'signalbox: "confg" is not a command. Did you mean config?\n'],
    ['Simulate', 'signalbox: "Simulate" is not a command. Did you mean simulate?\n'],
    ['--verson', 'signalbox: "--verson" is not a command. Did you mean --version?\n'],
    ['x\u001b[31m\ny', 'signalbox: "x [31m y" is not a command. `signalbox help` lists them.\n'],
  ])('%j is not a command', async (word, message) => {
    expect(await signalbox([word])).toMatchObject({ code: 2, stdout: '', stderr: message });
    expect(await signalbox(['help', word])).toMatchObject({ code: 2, stderr: message });
  });

  test.each(['config', 'sampling', 'redact', 'simulate'])('help %s explains it', async (name) => {
    const [help, flag] = await Promise.all([signalbox(['help', name]), signalbox([name, '--help'])]);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`signalbox ${name}`) });
    expect(flag).toMatchObject({ code: 0, stdout: help.stdout });
  });

  test('loads what the command needs, and no more', async () => {
    const nodeArgs = ['--require', join(ROOT, 'test/cli/apps/loaded-packages.cjs')];
    const loaded = async (...args: string[]) => (await signalbox(args, { nodeArgs })).stderr;
    expect(await loaded('--version')).not.toContain('@opentelemetry/');
    expect(await loaded('config')).toContain('@opentelemetry/api');
  });
});

describe('signalbox config', () => {
  test('shows each setting with its source, and no secret', async () => {
    const file = write('box.yaml', 'service:\n  name: from-file\nexporter:\n  otlp:\n    protocol: grpc\n');
    const env = {
      SIGNALBOX_CONFIG_FILE: file,
      DD_SERVICE: 'shop',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2-hunter2',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:pa55word@collector:4318',
    };
    const { code, stdout, stderr } = await signalbox(['config', '--set'], { env });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^DD_SERVICE=shop +# environment$|=shop +# environment, DD_SERVICE$/m);
    expect(stdout).toMatch(/^OTEL_EXPORTER_OTLP_PROTOCOL=grpc +# .*box\.yaml:5/m);
    expect(stdout).toMatch(/^OTEL_EXPORTER_OTLP_HEADERS=\*\*\*\* /m);
    expect(stdout).not.toMatch(/hunter2|pa55word/);
    expect(stdout).not.toContain('# default');
  });

  test('shows the defaults, and with --all what has no value', async () => {
    const [some, all] = await Promise.all([signalbox(['config']), signalbox(['config', '--all'])]);
    expect(some.stdout).toMatch(/^SIGNALBOX_BACKEND=otlp +# default$/m);
    expect(some.stdout).toContain('propagators datadog, tracecontext, baggage');
    expect(some.stdout).not.toContain('# not set');
    expect(all.stdout).toMatch(/^OTEL_SERVICE_NAME= +# not set$/m);
  });

  test('says what the settings come to', async () => {
    const env = { SIGNALBOX_BACKEND: 'datadog', SIGNALBOX_REDACTION: 'false', OTEL_PROPAGATORS: 'b3' };
    const { stdout } = await signalbox(['config', '--set'], { env });
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '# telemetry is on',
      '# traces to datadog',
      '# metrics to datadog',
      '# logs go nowhere',
      '# sampler parentbased_always_on; propagators b3; processors span-watch, genai, cardinality',
    ]);
    const off = await signalbox(['config', '--set'], { env: { OTEL_SDK_DISABLED: 'true' } });
    expect(off.stdout).toMatch(/^# telemetry is off: OTEL_SDK_DISABLED$/m);
  });

  test('shows named destinations, what they take over and where from, and fallbacks', async () => {
    const env = {
      SIGNALBOX_BACKEND: 'otlp,otlp/eu',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'https://me:secret@eu.example',
      SIGNALBOX_OTLP_EU_HEADERS: 'api-key=very-secret',
      OTEL_EXPORTER_OTLP_TIMEOUT: '999',
      SIGNALBOX_FALLBACK: 'file,stdout',
    };
    const { stdout, stderr } = await signalbox(['config', '--set'], { env });
    expect(stderr).toBe('');
    expect(stdout).toContain('# traces to otlp, otlp/eu\n');
    expect(stdout).toContain('# fallback file, console (switch)\n');
    expect(stdout).toContain('# Destination otlp/eu\n');
    expect(stdout).toMatch(/^SIGNALBOX_OTLP_EU_ENDPOINT=https:\/\/(\*{4}@)?eu.example +# environment$/m);
    expect(stdout).toMatch(/^SIGNALBOX_OTLP_EU_TIMEOUT=999 +# environment, OTEL_EXPORTER_OTLP_TIMEOUT$/m);
    expect(stdout).not.toContain('secret');
  });

  test('knows the settings of plug-ins, relative to the working directory', async () => {
    write('package.json', '{}');
    write(
      'acme.cjs',
      `const { defineComponent, text, variable } = require(${JSON.stringify(ROOT)});
       const KEY = variable({ name: 'ACME_KEY', type: text(), secret: true, topic: 'ACME', doc: 'The key.' });
       module.exports = defineComponent({
         kind: 'exporter', name: 'acme', stability: 'stable', doc: 'ACME.', signals: ['traces'], variables: [KEY],
         fromEnv: (env) => ({ key: env.get(KEY) }), create: () => ({ describe: () => 'acme' }),
       });`,
    );
    const env = { SIGNALBOX_PLUGINS: './acme.cjs', OTEL_TRACES_EXPORTER: 'acme', ACME_KEY: 'very-secret' };
    const { stdout, stderr } = await signalbox(['config', '--json'], { env });
    expect(stderr).toBe('');
    const shown = JSON.parse(stdout);
    expect(shown.signals.traces).toEqual(['acme']);
    expect(shown.settings).toContainEqual(
      expect.objectContaining({ name: 'ACME_KEY', value: '****', origin: 'env', source: 'ACME_KEY' }),
    );
    expect(stdout).not.toContain('very-secret');
  });

  test('mistakes are lines on stderr, and with --check a status', async () => {
    const env = { SIGNALBOX_BACKEND: 'otpl', SIGNALBOX_CONFIG_FILE: '/no/such/file.yaml' };
    const [lenient, check] = await Promise.all([
      signalbox(['config'], { env }),
      signalbox(['config', '--check'], { env }),
    ]);
    expect([lenient.code, check.code]).toEqual([0, 1]);
    expect(lenient.stderr).toContain('Did you mean "otlp"?');
    expect(lenient.stderr).toContain('there is no such file');
    expect(lenient.stderr.trim().split('\n')).toHaveLength(2);
    expect((await signalbox(['config', '--check'])).code).toBe(0);
  });

  test('wrong usage is one line', async () => {
    const { code, stdout, stderr } = await signalbox(['config', '--jsno']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^signalbox config: .*--jsno.*\n$/);
  });

  test('a reader that stops early is no error', async () => {
    const child = spawn(process.execPath, [CLI, 'config', '--all', '--json'], { env: environment() });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('signalbox sampling', () => {
  test('explain takes rules from the arguments, from a file, and from the settings', async () => {
    const file = write('rules.txt', RULES);
    const runs = await Promise.all([
      signalbox(['sampling', 'explain', RULES]),
      signalbox(['sampling', 'explain', '--file', file]),
      signalbox(['sampling', 'explain'], { env: { SIGNALBOX_SAMPLING_RULES: RULES } }),
      signalbox(['sampling', 'explain'], { env: { SIGNALBOX_SAMPLING_RULES_FILE: file } }),
    ]);
    for (const { code, stdout } of runs) {
      expect(code).toBe(0);
      expect(stdout).toContain('1. keep error\n   keeps every trace');
      expect(stdout).toContain('2. 0.1\n   keeps 10 % of traces');
    }
  });

  test('what is wrong with the settings is said once', async () => {
    const env = { SIGNALBOX_SAMPLING_RULES_FILE: '/no/such/rules' };
    const { stderr } = await signalbox(['sampling', 'explain'], { env });
    expect(stderr.match(/no such file/g)).toHaveLength(1);
    expect(stderr.match(/^signalbox: /gm)).toHaveLength(stderr.trim().split('\n').length);
  });

  test('export writes YAML only to stdout', async () => {
    const { code, stdout } = await signalbox(['sampling', 'export', '--collector', RULES]);
    expect(code).toBe(0);
    expect(stdout).toContain('tail_sampling:');
    expect(stdout.endsWith('\n\n')).toBe(false);
  });
});

describe('signalbox redact', () => {
  test('reads stdin and files', async () => {
    const file = write('note.txt', 'mail ada.lovelace@example.com now');
    expect((await signalbox(['redact', file])).stdout).toContain('1:6  email: ada.');
    const printed = await signalbox(['redact', '--print'], { stdin: 'mail ada.lovelace@example.com now' });
    expect(printed).toMatchObject({ code: 0, stdout: 'mail [EMAIL_REDACTED] now', stderr: '' });
    expect((await signalbox(['redact', '--check', file])).code).toBe(1);
  });

  test('takes patterns, for which a package is loaded', async () => {
    const printed = await signalbox(['redact', '--print', '--pattern', 'EMP-\\d+'], { stdin: 'of EMP-7' });
    expect(printed).toMatchObject({ code: 0, stdout: 'of [REDACTED]' });
  });

  test('a file that cannot be read is one line', async () => {
    const { code, stderr } = await signalbox(['redact', '/no/such/file']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^signalbox redact: .*no such file.*\n$/);
  });
});

describe('signalbox simulate', () => {
  test('its traces arrive at the configured backend, more of them than a queue holds too', async () => {
    const receiver = await startOtlpReceiver('http/protobuf');
    try {
      const env = { ...receiver.env, SIGNALBOX_QUEUE_ITEMS: '1000', OTEL_SERVICE_NAME: 'simulated' };
      const { code, stdout } = await signalbox(['simulate', '--traces', '400'], { env });
      expect(stdout).toMatch(/^simulated 400 traces with seed 1: (\d+) of \1 spans arrived at otlp\n$/);
      expect(code).toBe(0);
      expect(receiver.spans.length).toBeGreaterThan(1000);
      expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(400);
      expect(receiver.spans[0]?.resource.attributes['service.name']).toBe('simulated');
    } finally {
      await receiver.close();
    }
  });

  test.each([
    ['a backend that is down', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, /refused/],
    ['telemetry that is off', { OTEL_SDK_DISABLED: 'true' }, /simulate: telemetry is off/],
    ['no destination', { OTEL_TRACES_EXPORTER: 'none' }, /simulate: traces have no destination/],
  ])('%s is said, without a stack', async (_, env, message) => {
    const limits = { OTEL_BSP_EXPORT_TIMEOUT: '500', SIGNALBOX_SHUTDOWN_TIMEOUT: '500' };
    const { code, stdout, stderr } = await signalbox(['simulate'], { env: { ...limits, ...env } });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
