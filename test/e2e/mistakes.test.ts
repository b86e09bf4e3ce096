import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

let receiver: OtlpReceiver;
let directory: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
  directory = mkdtempSync(join(tmpdir(), 'signalbox-mistakes-'));
  writeFileSync(join(directory, 'broken.yaml'), 'service: [unclosed');
  writeFileSync(join(directory, 'misspelt.yaml'), 'service:\n  nmae: shop\n');
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await receiver.close();
});

async function run(env: Record<string, string>) {
  const exit = await runApp({
    app: 'manual-spans.cjs',
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'mistaken', ...env },
  }).exit;
  // What is lost by a mistake is said at the end, and tested with the end of the process.
  const complaints = exit.stderr
    .split('\n')
    .filter((line) => /^signalbox: (WARN|ERROR) (?!lost in this process)/.test(line));
  return { exit, complaints };
}

describe('a mistake gives one clear line and a running application', () => {
  test.each<[mistake: string, env: () => Record<string, string>, line: RegExp]>([
    [
      'unknown exporter',
      () => ({ OTEL_TRACES_EXPORTER: 'otpl' }),
      /OTEL_TRACES_EXPORTER: "otpl" is not a known exporter\. Did you mean "otlp"\? Expected: .*otlp.*Using otlp\. \[CFG003\]/,
    ],
    [
      'unknown backend',
      () => ({ SIGNALBOX_BACKEND: 'consle' }),
      /SIGNALBOX_BACKEND: "consle" is not a known exporter\. Did you mean "console"\?.*Using otlp\. \[CFG003\]/,
    ],
    [
      'unknown protocol',
      () => ({ OTEL_EXPORTER_OTLP_PROTOCOL: 'htp/protobuf' }),
      /OTEL_EXPORTER_OTLP_PROTOCOL: "htp\/protobuf" .*Did you mean "http\/protobuf"\?.*Using http\/protobuf\./,
    ],
    [
      'bad number',
      () => ({ OTEL_BSP_MAX_QUEUE_SIZE: 'many' }),
      /OTEL_BSP_MAX_QUEUE_SIZE: "many" is not a whole number\. Expected: .*Treating it as not set\. \[CFG001\]/,
    ],
    [
      'bad boolean',
      () => ({ SIGNALBOX_STRICT: 'yes' }),
      /SIGNALBOX_STRICT: "yes" is not a boolean\. Expected: true or false\. Using false\. \[CFG001\]/,
    ],
    [
      'bad URL',
      () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http//collector:4318' }),
      /OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http\/\/collector:4318" .*\[CFG001\]/,
    ],
    [
      'https to a plain port',
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('http:', 'https:') }),
      /otlp.*TLS handshake failed.*plain http/,
    ],
    [
      'missing CA file',
      () => ({ OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' }),
      /OTEL_EXPORTER_OTLP_CERTIFICATE: .*\/nowhere\/ca\.pem.*\[CFG010\]/,
    ],
    [
      'unknown propagator',
      () => ({ OTEL_PROPAGATORS: 'tracecontxt,baggage' }),
      /OTEL_PROPAGATORS: "tracecontxt" is not a known propagator\. Did you mean "tracecontext"\?.*\[CFG003\]/,
    ],
    [
      'unknown sampler',
      () => ({ OTEL_TRACES_SAMPLER: 'always' }),
      /OTEL_TRACES_SAMPLER: "always" is not a known sampler\..*Expected: .*always_on.*Using parentbased_always_on\. \[CFG003\]/,
    ],
    [
      'sampler argument out of range',
      () => ({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10' }),
      /OTEL_TRACES_SAMPLER_ARG: "10" is out of range\. Expected: a number from 0 to 1\. Using 1\. \[CFG002\]/,
    ],
    [
      'misspelt variable name',
      () => ({ OTEL_EXPORTER_OLTP_ENDPOINT: 'http://collector:4318' }),
      /OTEL_EXPORTER_OLTP_ENDPOINT: is not a known variable\. Did you mean "OTEL_EXPORTER_OTLP_ENDPOINT"\?.*\[CFG004\]/,
    ],
    [
      'missing YAML file',
      () => ({ SIGNALBOX_CONFIG_FILE: join(directory, 'missing.yaml') }),
      /SIGNALBOX_CONFIG_FILE: ".*missing\.yaml" cannot be read: there is no such file.*\[CFG005\]/,
    ],
    [
      'unreadable YAML',
      () => ({ SIGNALBOX_CONFIG_FILE: join(directory, 'broken.yaml') }),
      /broken\.yaml:1:\d+: is not valid YAML.*\[CFG006\]/,
    ],
    [
      'misspelt YAML key',
      () => ({ SIGNALBOX_CONFIG_FILE: join(directory, 'misspelt.yaml') }),
      /misspelt\.yaml:2 service\.nmae: is not a known key\. Did you mean "service\.name"\?.*\[CFG007\]/,
    ],
    [
      'missing plug-in',
      () => ({ SIGNALBOX_PLUGINS: './no-such-plugin.cjs' }),
      /plug-in \.\/no-such-plugin\.cjs: cannot be loaded.*\[PLG001\]/,
    ],
  ])('%s', async (_mistake, env, line) => {
    const { exit, complaints } = await run(env());
    expect(complaints).toEqual([expect.stringMatching(line)]);
    expect(exit.stdout).toBe('ready\n');
    expect(exit.code).toBe(0);
  });

  test('a configuration without mistakes gives none, and the spans arrive', async () => {
    receiver.clear();
    const { exit, complaints } = await run({});
    expect(complaints).toEqual([]);
    expect(exit.code).toBe(0);
    expect(receiver.spans).toHaveLength(3);
  });
});

describe('SIGNALBOX_STRICT=true', () => {
  test('keeps telemetry off when anything is wrong, and the application runs', async () => {
    receiver.clear();
    const { exit, complaints } = await run({ SIGNALBOX_STRICT: 'true', OTEL_BSP_MAX_QUEUE_SIZE: 'many' });
    expect(complaints).toEqual([
      expect.stringMatching(/OTEL_BSP_MAX_QUEUE_SIZE.*\[CFG001\]/),
      expect.stringMatching(/SIGNALBOX_STRICT: 1 problem in the configuration.*Telemetry is off.*\[SDK005\]/),
    ]);
    expect(exit).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(receiver.spans).toEqual([]);
  });

  test('counts what only shows while exporters are created', async () => {
    const { complaints } = await run({
      SIGNALBOX_STRICT: 'true',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem',
    });
    expect(complaints.at(-1)).toMatch(/\[SDK005\]/);
  });

  test('without mistakes changes nothing', async () => {
    receiver.clear();
    const { complaints } = await run({ SIGNALBOX_STRICT: 'true' });
    expect(complaints).toEqual([]);
    expect(receiver.spans).toHaveLength(3);
  });
});
