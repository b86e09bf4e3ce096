import type { SignalSettings } from '../../../exporters/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { settingsOf } from '../support/settings.ts';

const P = 'OTEL_EXPORTER_OTLP';
const GRPC = { [`${P}_PROTOCOL`]: 'grpc' };

const traces = (env: Record<string, string>): SignalSettings => settingsOf(otlpExporter, env).settings.traces;

test.each<[what: string, env: Record<string, string>, target: unknown]>([
  ['default', {}, 'http://localhost:4318/v1/traces'],
  ['general gets the path', { [`${P}_ENDPOINT`]: 'http://c:1' }, 'http://c:1/v1/traces'],
  ['general with a slash', { [`${P}_ENDPOINT`]: 'http://c:1/' }, 'http://c:1/v1/traces'],
  ['general with a path', { [`${P}_ENDPOINT`]: 'https://c/otlp/' }, 'https://c/otlp/v1/traces'],
  ['general with a query', { [`${P}_ENDPOINT`]: 'https://c/a?k=v' }, 'https://c/a/v1/traces?k=v'],
  ['general without scheme', { [`${P}_ENDPOINT`]: 'c:4318' }, 'http://c:4318/v1/traces'],
  ['own is used as it is', { [`${P}_TRACES_ENDPOINT`]: 'http://c:1/x' }, 'http://c:1/x'],
  ['own without path', { [`${P}_TRACES_ENDPOINT`]: 'http://c:1' }, 'http://c:1/'],
  [
    'own beats general',
    { [`${P}_ENDPOINT`]: 'http://g', [`${P}_TRACES_ENDPOINT`]: 'http://o/p' },
    'http://o/p',
  ],
  [
    'bad own falls back',
    { [`${P}_ENDPOINT`]: 'http://g', [`${P}_TRACES_ENDPOINT`]: 'ftp://o' },
    'http://g/v1/traces',
  ],
  ["another signal's", { [`${P}_LOGS_ENDPOINT`]: 'http://o/p' }, 'http://localhost:4318/v1/traces'],
  ['gRPC default', GRPC, { address: 'localhost:4317', secure: false }],
  ['gRPC http', { ...GRPC, [`${P}_ENDPOINT`]: 'http://c:1' }, { address: 'c:1', secure: false }],
  ['gRPC https', { ...GRPC, [`${P}_ENDPOINT`]: 'https://c:1' }, { address: 'c:1', secure: true }],
  [
    'gRPC https beats insecure',
    { ...GRPC, [`${P}_ENDPOINT`]: 'https://c:1', [`${P}_INSECURE`]: 'true' },
    { address: 'c:1', secure: true },
  ],
  ['gRPC without scheme', { ...GRPC, [`${P}_ENDPOINT`]: 'c:1' }, { address: 'c:1', secure: true }],
  [
    'gRPC insecure',
    { ...GRPC, [`${P}_ENDPOINT`]: 'c:1', [`${P}_INSECURE`]: 'true' },
    { address: 'c:1', secure: false },
  ],
  [
    'gRPC own insecure beats general',
    { ...GRPC, [`${P}_ENDPOINT`]: 'c:1', [`${P}_INSECURE`]: 'true', [`${P}_TRACES_INSECURE`]: 'false' },
    { address: 'c:1', secure: true },
  ],
  ['gRPC default ports', { ...GRPC, [`${P}_ENDPOINT`]: 'https://c' }, { address: 'c:443', secure: true }],
  ['gRPC IPv6', { ...GRPC, [`${P}_ENDPOINT`]: 'http://[::1]:1' }, { address: '[::1]:1', secure: false }],
  [
    'gRPC own gets no path either',
    { ...GRPC, [`${P}_TRACES_ENDPOINT`]: 'http://c:1' },
    { address: 'c:1', secure: false },
  ],
])('endpoint: %s', (_what, env, target) => {
  expect(traces(env).target).toEqual(target);
});

test.each<
  [
    suffix: string,
    general: string,
    own: string,
    key: keyof SignalSettings,
    before: unknown,
    withGeneral: unknown,
    withBoth: unknown,
  ]
>([
  ['PROTOCOL', 'http/json', 'HTTP/PROTOBUF', 'protocol', 'http/protobuf', 'http/json', 'http/protobuf'],
  ['TIMEOUT', '5', '0', 'timeout', 10_000, 5, 0],
  ['COMPRESSION', 'gzip', 'none', 'compression', 'none', 'gzip', 'none'],
  ['HEADERS', 'A=1,b=2', 'a=3', 'headers', {}, { a: '1', b: '2' }, { a: '3', b: '2' }],
  [
    'CERTIFICATE',
    '/g',
    '/o',
    'tls',
    {},
    { ca: { path: '/g', source: `${P}_CERTIFICATE` } },
    { ca: { path: '/o', source: `${P}_TRACES_CERTIFICATE` } },
  ],
])(
  '%s: default, general, and the own one that beats it',
  (suffix, general, own, key, before, withGeneral, withBoth) => {
    const env = { [`${P}_${suffix}`]: general };
    expect(traces({})[key]).toEqual(before);
    expect(traces(env)[key]).toEqual(withGeneral);
    const both = { ...env, [`${P}_TRACES_${suffix}`]: own };
    expect(traces(both)[key]).toEqual(withBoth);
    expect(settingsOf(otlpExporter, both).settings.logs[key]).toEqual(withGeneral);
  },
);

test('client certificate and key, from the general and the own setting', () => {
  const env = {
    [`${P}_CLIENT_CERTIFICATE`]: '/cert',
    [`${P}_CLIENT_KEY`]: '/key',
    [`${P}_TRACES_CLIENT_KEY`]: '/own',
  };
  expect(traces(env).tls.client).toEqual({
    certificate: { path: '/cert', source: `${P}_CLIENT_CERTIFICATE` },
    key: { path: '/own', source: `${P}_TRACES_CLIENT_KEY` },
  });
});

test.each<[env: Record<string, string>, code: string, message: RegExp]>([
  [{ [`${P}_PROTOCOL`]: 'http' }, 'CFG003', /"http" is not known/],
  [{ [`${P}_ENDPOINT`]: 'ftp://c' }, 'CFG001', /scheme "ftp"/],
  [{ [`${P}_ENDPOINT`]: 'http://' }, 'CFG001', /is not a URL/],
  [
    { [`${P}_ENDPOINT`]: 'http://collector:4318', [`${P}_HEADERS`]: 'X-Api-Key=secret' },
    'CFG011',
    /^is not encrypted and not on this machine, and would show x-api-key to everybody/,
  ],
  [
    { [`${P}_ENDPOINT`]: 'http://me:secret@collector:4318' },
    'CFG011',
    /would show user and password of the endpoint/,
  ],
  [{ ...GRPC, [`${P}_ENDPOINT`]: 'http://c:1/v1/traces' }, 'CFG012', /path \/v1\/traces has no meaning/],
  [{ [`${P}_TIMEOUT`]: 'soon' }, 'CFG001', /"soon"/],
  [{ [`${P}_TIMEOUT`]: '-1' }, 'CFG002', /"-1"/],
  [{ [`${P}_COMPRESSION`]: 'zip' }, 'CFG003', /"zip"/],
  [{ [`${P}_HEADERS`]: 'secret' }, 'CFG001', /^"\*{4}" is not a list/],
  [{ [`${P}_HEADERS`]: 'ok=1,Bearer secret=' }, 'CFG001', /^header 2 has a name that is no header name/],
  [{ [`${P}_HEADERS`]: 'a=secret%0D%0A' }, 'CFG001', /^header 1 has a value with/],
  [{ [`${P}_CLIENT_CERTIFICATE`]: '/c' }, 'CFG012', /needs both/],
  [{ [`${P}_CLIENT_KEY`]: '/secret' }, 'CFG012', /needs both/],
  [{ [`${P}_METRICS_TEMPORALITY_PREFERENCE`]: 'detla' }, 'CFG003', /"detla"/],
  [{ [`${P}_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`]: 'x' }, 'CFG003', /"x"/],
  [{ [`${P}_TRACES_INSECURE`]: '1' }, 'CFG001', /"1" is not a boolean/],
])('%j is one problem, and no secret is shown', (env, code, message) => {
  const { settings, problems } = settingsOf(otlpExporter, env);
  expect(problems).toEqual([expect.objectContaining({ code, message: expect.stringMatching(message) })]);
  expect(JSON.stringify(problems)).not.toContain('secret');
  expect(settings.traces.protocol).toBeDefined();
});

test('the YAML file', () => {
  const yaml = `
opentelemetry:
  exporter:
    otlp:
      endpoint: "https://general:4317"
      protocol: grpc
      compression: gzip
      timeout_ms: 7
      headers:
        Authorization: "Bearer t=1,2"
      tls:
        insecure: false
        ca_cert: "/ca.pem"
        client_cert: "/cert.pem"
        client_key: "/key.pem"
      traces:
        endpoint: https://own/path
        protocol: http/json
      metrics:
        temporality_preference: delta
`;
  const { settings, problems } = settingsOf(otlpExporter, {}, { yaml });
  expect(problems).toEqual([]);
  expect(settings.traces).toMatchObject({ target: 'https://own/path', protocol: 'http/json', timeout: 7 });
  expect(settings.logs).toEqual({
    protocol: 'grpc',
    target: { address: 'general:4317', secure: true },
    headers: { authorization: 'Bearer t=1,2' },
    headerFiles: [],
    credentialSources: ['test.yaml:9 exporter.otlp.headers'],
    timeout: 7,
    compression: 'gzip',
    tls: {
      ca: { path: '/ca.pem', source: expect.stringMatching(/test\.yaml:\d+ exporter\.otlp\.tls\.ca_cert/) },
      client: { certificate: expect.anything(), key: expect.anything() },
    },
  });
  expect(settings.temporality).toBe('delta');
});
