import type { OtlpSettings } from '../../exporters/index.ts';
import { BUILT_IN_EXPORTERS } from '../../exporters/index.ts';
import { describeConfig, type LoadInput, loadConfig } from '../../src/config/index.ts';
import {
  type AnyComponent,
  defineComponent,
  formatProblem,
  keyValues,
  text,
  url,
  variable,
} from '../../src/core/index.ts';
import { COMPONENTS } from './stand-ins.ts';

const ACME_URL = variable({ name: 'ACME_URL', type: url(), topic: 'ACME', doc: 'Where.' });
const ACME_KEY = variable({ name: 'ACME_KEY', type: text(), topic: 'ACME', doc: 'Key.', secret: true });
const ACME_REGION = variable({
  name: 'ACME_REGION',
  type: text(),
  topic: 'ACME',
  doc: 'Region.',
  yaml: 'exporter.acme.region',
});
const ACME_TAGS = variable({
  name: 'ACME_TAGS',
  type: keyValues(),
  topic: 'ACME',
  doc: 'Tags.',
  yaml: 'exporter.acme.tags',
});
const PROXY = variable({ name: 'ALL_PROXY', type: text(), topic: 'ACME', doc: 'For all.' });

/** An exporter as a plug-in brings it: it knows nothing of named destinations. */
const acme = defineComponent({
  kind: 'exporter',
  name: 'acme',
  stability: 'beta',
  doc: 'ACME.',
  variables: [ACME_URL, ACME_KEY, ACME_REGION, ACME_TAGS, PROXY],
  fromEnv: (env) => ({
    url: env.get(ACME_URL),
    key: env.get(ACME_KEY),
    region: env.get(ACME_REGION),
    tags: env.get(ACME_TAGS),
    proxy: env.get(PROXY),
    urlFrom: env.sourceOf(ACME_URL),
    regionSet: env.isSet(ACME_REGION),
  }),
  create: () => ({ describe: () => 'acme' }),
});

const ALL: readonly AnyComponent[] = [
  ...COMPONENTS.filter(({ kind }) => kind !== 'exporter'),
  ...BUILT_IN_EXPORTERS,
  acme,
];

function load(env: Record<string, string>, yaml?: string, more: Partial<LoadInput> = {}) {
  const file = yaml === undefined ? {} : { file: { name: 'box.yaml', text: yaml } };
  const input = { env, components: ALL, ...file, ...more };
  const { config, problems, components } = loadConfig(input);
  const settings = (name: string) => config.exporters.find((one) => one.name === name)?.settings;
  return { config, lines: problems.map(formatProblem), settings, components, input };
}

const otlp = (settings: unknown) => (settings as OtlpSettings).traces;

describe('a named destination of the same kind', () => {
  test('has an endpoint, a protocol and headers of its own beside the unnamed one', () => {
    const { config, lines, settings } = load({
      SIGNALBOX_BACKEND: 'otlp,otlp/eu',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://us.example',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=us',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'https://eu.example:4317',
      SIGNALBOX_OTLP_EU_PROTOCOL: 'grpc',
      SIGNALBOX_OTLP_EU_HEADERS: 'api-key=eu',
      SIGNALBOX_OTLP_EU_CERTIFICATE: '/eu.pem',
    });
    expect(lines).toEqual([]);
    expect(config.signals).toEqual({
      traces: ['otlp', 'otlp/eu'],
      metrics: ['otlp', 'otlp/eu'],
      logs: ['otlp', 'otlp/eu'],
    });
    expect(otlp(settings('otlp'))).toMatchObject({
      protocol: 'http/protobuf',
      target: 'https://us.example/v1/traces',
      headers: { 'api-key': 'us' },
      tls: {},
    });
    expect(otlp(settings('otlp/eu'))).toMatchObject({
      protocol: 'grpc',
      target: { address: 'eu.example:4317', secure: true },
      headers: { 'api-key': 'eu' },
      tls: { ca: { path: '/eu.pem', source: 'SIGNALBOX_OTLP_EU_CERTIFICATE' } },
    });
  });

  test('takes over from its kind what means no backend: protocol, timeout, compression', () => {
    const { settings } = load({
      SIGNALBOX_BACKEND: 'otlp/eu',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1234',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'http://localhost:9',
      SIGNALBOX_OTLP_EU_COMPRESSION: 'gzip',
    });
    expect(otlp(settings('otlp/eu'))).toMatchObject({
      protocol: 'http/json',
      timeout: 1234,
      compression: 'gzip',
    });
  });

  test('takes over nothing that belongs to one backend: headers, endpoints, TLS, settings of one signal', () => {
    const { settings } = load({
      SIGNALBOX_BACKEND: 'otlp/eu',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=us',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=us',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://us.example/traces',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/us.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/us.crt',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/us.key',
      SIGNALBOX_INSECURE_CREDENTIALS: 'true',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'http://eu.example',
      SIGNALBOX_OTLP_EU_HEADERS: 'authorization=eu',
    });
    expect(otlp(settings('otlp/eu'))).toMatchObject({
      protocol: 'http/protobuf',
      target: 'http://eu.example/v1/traces',
      // Not even the leave to send keys in the clear.
      headers: {},
      tls: {},
    });
  });

  test.each([
    ['datadog/b', { SIGNALBOX_DATADOG_B_TRACE_AGENT_URL: 'http://b:1' }, { url: 'http://b:1' }],
    ['datadog/b', { SIGNALBOX_DATADOG_B_AGENT_HOST: 'b' }, { hostname: 'b', url: undefined }],
    ['file/audit', { SIGNALBOX_FILE_AUDIT_PATH: '/a.jsonl' }, { path: '/a.jsonl', maxFiles: 7 }],
    ['console/b', {}, {}],
    ['acme/b', { SIGNALBOX_ACME_B_URL: 'https://b' }, { url: 'https://b', urlFrom: 'SIGNALBOX_ACME_B_URL' }],
  ])('works for %s with %j', (name, env, expected) => {
    const { settings, lines } = load({
      SIGNALBOX_BACKEND: name,
      DD_TRACE_AGENT_URL: 'http://a:1',
      SIGNALBOX_FILE_PATH: '/x.jsonl',
      SIGNALBOX_FILE_MAX_FILES: '7',
      ...env,
    });
    expect(lines).toEqual([]);
    expect(settings(name)).toMatchObject(expected);
  });

  test('a plug-in gets it without knowing, and its secrets and URLs stay its own', () => {
    const { settings } = load({
      SIGNALBOX_BACKEND: 'acme/west',
      ACME_URL: 'https://east',
      ACME_KEY: 'east',
      ACME_REGION: 'anywhere',
      ALL_PROXY: 'http://proxy',
      SIGNALBOX_ACME_WEST_URL: 'https://west',
      SIGNALBOX_ACME_WEST_TAGS: 'a=b',
    });
    expect(settings('acme/west')).toEqual({
      url: 'https://west',
      key: undefined,
      region: 'anywhere',
      tags: { a: 'b' },
      proxy: 'http://proxy',
      urlFrom: 'SIGNALBOX_ACME_WEST_URL',
      regionSet: true,
    });
  });

  test('can be set in the file, below exporter and its whole name, and options in code', () => {
    const yaml = [
      'backend: [otlp/eu, acme/west]',
      'exporter:',
      '  otlp: { headers: { api-key: us } }',
      '  otlp/eu:',
      '    endpoint: https://eu.example',
      '    headers: { api-key: eu }',
      '    metrics: { temporality_preference: delta }',
      '  otlp/unused: { endpoint: "http://localhost:1" }',
    ].join('\n');
    const { settings, lines } = load({}, yaml, {
      code: { exporter: { 'acme/west': { region: 'west' } } },
      env: { SIGNALBOX_ACME_WEST_URL: 'https://west' },
    });
    expect(lines).toEqual([]);
    expect(settings('otlp/eu')).toMatchObject({
      traces: { target: 'https://eu.example/v1/traces', headers: { 'api-key': 'eu' } },
      temporality: 'delta',
    });
    expect(settings('acme/west')).toMatchObject({ region: 'west' });
  });

  test('is found whatever the case, with - and _ alike', () => {
    const { config, settings } = load({
      SIGNALBOX_BACKEND: 'OTLP/My-EU,otlp/my_eu',
      SIGNALBOX_OTLP_MY_EU_ENDPOINT: 'http://localhost:7',
    });
    expect(config.signals.traces).toEqual(['otlp/my-eu']);
    expect(otlp(settings('otlp/my-eu'))).toMatchObject({ target: 'http://localhost:7/v1/traces' });
  });

  test('is shown with what it takes over and from where, its secrets masked', () => {
    const { input } = load({
      SIGNALBOX_BACKEND: 'otlp/eu',
      OTEL_EXPORTER_OTLP_TIMEOUT: '99',
      SIGNALBOX_OTLP_EU_HEADERS: 'k=hunter2',
    });
    const shown = new Map(describeConfig(input).map((setting) => [setting.name, setting]));
    expect(shown.get('SIGNALBOX_OTLP_EU_TIMEOUT')).toMatchObject({
      value: '99',
      source: 'OTEL_EXPORTER_OTLP_TIMEOUT',
      topic: 'Destination otlp/eu',
      yaml: 'exporter.otlp/eu.timeout_ms',
    });
    expect(shown.get('SIGNALBOX_OTLP_EU_HEADERS')?.value).toBe('****');
  });
});

test.each<[what: string, env: Record<string, string>, line: string]>([
  [
    'a misspelt kind',
    { SIGNALBOX_BACKEND: 'otpl/eu' },
    'SIGNALBOX_BACKEND: "otpl/eu" is not a known exporter. Did you mean "otlp/eu"?',
  ],
  [
    'a name that is none',
    { SIGNALBOX_BACKEND: 'otlp/' },
    'SIGNALBOX_BACKEND: "otlp/" is not a known exporter. Did you mean "otlp"?',
  ],
  [
    'no address',
    { SIGNALBOX_BACKEND: 'otlp/eu' },
    'SIGNALBOX_BACKEND: "otlp/eu" has no address. Expected: SIGNALBOX_OTLP_EU_ENDPOINT or SIGNALBOX_OTLP_EU_TRACES_ENDPOINT or SIGNALBOX_OTLP_EU_METRICS_ENDPOINT. Going on without it. [CFG012]',
  ],
  [
    'a misspelt setting',
    {
      SIGNALBOX_BACKEND: 'otlp/eu',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'http://localhost:1',
      SIGNALBOX_OTLP_EU_COMPRESION: 'gzip',
    },
    'SIGNALBOX_OTLP_EU_COMPRESION: is not a known variable. Did you mean "SIGNALBOX_OTLP_EU_COMPRESSION"? Ignoring it. [CFG004]',
  ],
  [
    'a setting of a destination that is not in use',
    { SIGNALBOX_OTLP_US_TRACES_ENDPOINT: 'http://localhost:1' },
    'SIGNALBOX_OTLP_US_TRACES_ENDPOINT: is a setting of the destination "otlp/us", which nothing names. Expected: otlp/us in SIGNALBOX_BACKEND, SIGNALBOX_FALLBACK or OTEL_…_EXPORTER. Ignoring it. [CFG012]',
  ],
  [
    'a mistake in a value',
    {
      SIGNALBOX_BACKEND: 'otlp/eu',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'http://localhost:1',
      SIGNALBOX_OTLP_EU_PROTOCOL: 'smtp',
    },
    'SIGNALBOX_OTLP_EU_PROTOCOL: "smtp" is not known. Expected: grpc, http/protobuf, http/json. Using http/protobuf. [CFG003]',
  ],
  [
    'half a client certificate, told by the names that count',
    {
      SIGNALBOX_BACKEND: 'otlp/eu',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'https://eu',
      SIGNALBOX_OTLP_EU_CLIENT_CERTIFICATE: '/c.pem',
    },
    'SIGNALBOX_OTLP_EU_CLIENT_CERTIFICATE: a client certificate needs both the certificate and its key. Expected: SIGNALBOX_OTLP_EU_CLIENT_KEY as well.',
  ],
  [
    'a setting that two destinations have',
    {
      SIGNALBOX_BACKEND: 'otlp/eu,otlp/eu-traces',
      SIGNALBOX_OTLP_EU_ENDPOINT: 'http://localhost:1',
      SIGNALBOX_OTLP_EU_TRACES_ENDPOINT: 'http://localhost:2',
    },
    'SIGNALBOX_OTLP_EU_TRACES_ENDPOINT: is a setting of "otlp/eu" and of "otlp/eu-traces". Expected: another name for one of them, or its settings in the file. Using it for each. [CFG011]',
  ],
  [
    'a setting that a destination has and its kind, too',
    {
      SIGNALBOX_BACKEND: 'otlp/traces',
      SIGNALBOX_OTLP_TRACES_ENDPOINT: 'http://localhost:1',
      SIGNALBOX_OTLP_TRACES_HEADERS_FILE: '/run/secrets/otlp',
    },
    'SIGNALBOX_OTLP_TRACES_HEADERS_FILE: is a setting of "otlp" and of "otlp/traces".',
  ],
])('%s is one line', (_what, env, line) => {
  const { lines } = load(env);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(line);
});

test('names are unique for every exporter there is', () => {
  const names = BUILT_IN_EXPORTERS.map(({ name }) => `${name}/b`);
  const { components } = load({ SIGNALBOX_BACKEND: names.join(',') });
  for (const name of names) {
    const own = components.find((one) => one.name === name)?.variables.map((variable) => variable.name) ?? [];
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own).size).toBe(own.length);
  }
});

describe('SIGNALBOX_FALLBACK', () => {
  const eu = { SIGNALBOX_OTLP_EU_ENDPOINT: 'http://localhost:1' };

  test('is a chain of destinations, created beside the others and carrying nothing of their own', () => {
    const { config, lines } = load({ ...eu, SIGNALBOX_FALLBACK: 'otlp/eu, FILE,stdout' });
    expect(lines).toEqual([]);
    expect(config.fallback).toEqual({ exporters: ['otlp/eu', 'file', 'console'], mode: 'switch' });
    expect(config.exporters.map(({ name }) => name)).toEqual(['otlp', 'otlp/eu', 'file', 'console']);
    expect(config.signals.traces).toEqual(['otlp']);
  });

  test('can be in the file, as a word or a list', () => {
    expect(load({}, 'resilience: { fallback_exporter: stdout }').config.fallback.exporters).toEqual([
      'console',
    ]);
    const yaml = 'resilience: { fallback_exporter: [file, console], fallback_mode: mirror }';
    expect(load({}, yaml).config.fallback).toEqual({ exporters: ['file', 'console'], mode: 'mirror' });
  });

  test.each<[env: Record<string, string>, used: string[], line: string]>([
    [
      { SIGNALBOX_FALLBACK: 'otlp' },
      [],
      'SIGNALBOX_FALLBACK: "otlp" is where traces, metrics, logs go anyway. Expected: another destination. Ignoring it as a fallback. [CFG012]',
    ],
    [
      { ...eu, SIGNALBOX_BACKEND: 'otlp/eu', SIGNALBOX_FALLBACK: 'otlp/eu,file' },
      ['file'],
      'SIGNALBOX_FALLBACK: "otlp/eu" is where traces, metrics, logs go anyway.',
    ],
    [
      { SIGNALBOX_FALLBACK: 'flie,console' },
      ['console'],
      'SIGNALBOX_FALLBACK: "flie" is not a known exporter. Did you mean "file"?',
    ],
    [{ SIGNALBOX_FALLBACK: 'otlp/us' }, [], 'SIGNALBOX_FALLBACK: "otlp/us" has no address.'],
  ])('%j uses %j', (env, used, line) => {
    const { config, lines } = load(env);
    expect(config.fallback.exporters).toEqual(used);
    expect(lines).toEqual([expect.stringContaining(line)]);
  });

  test('where one signal goes anyway, it is a fallback for the others', () => {
    const { config, lines } = load({ OTEL_TRACES_EXPORTER: 'datadog', SIGNALBOX_FALLBACK: 'otlp' });
    expect([config.fallback.exporters, lines]).toEqual([['otlp'], []]);
  });
});
