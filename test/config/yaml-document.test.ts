import { load, otlpSettings } from './stand-ins.ts';

/** The file that users were promised would load as it is. */
const PROMISED = `opentelemetry:
  service:
    name: "\${SERVICE_NAME}"
    version: "\${SERVICE_VERSION}"
    environment: production
  tracing:
    sampler:
      type: parent_based_trace_id_ratio
      ratio: 0.1
    batch_processor:
      max_queue_size: 4096
      max_export_batch_size: 512
      scheduled_delay_ms: 5000
      export_timeout_ms: 30000
  exporter:
    otlp:
      endpoint: "\${OTEL_COLLECTOR_ENDPOINT}"
      protocol: grpc
      compression: gzip
      headers:
        Authorization: "Bearer \${OTEL_AUTH_TOKEN}"
      tls:
        insecure: false
        ca_cert: "/etc/ssl/certs/ca.pem"
  security:
    redaction:
      enabled: true
      redact_prompts: true
      redact_completions: true
      patterns:
        - "sk-[a-zA-Z0-9]+"
        - "AKIA[0-9A-Z]{16}"
  resilience:
    circuit_breaker:
      failure_threshold: 5
      reset_timeout_s: 60
    fallback_exporter: stdout
`;

describe('the promised file', () => {
  const env = {
    SERVICE_NAME: 'checkout',
    SERVICE_VERSION: '1.2.3',
    OTEL_COLLECTOR_ENDPOINT: 'http://collector:4317',
    OTEL_AUTH_TOKEN: 'hunter2',
  };

  test('loads as written', () => {
    const { config, lines } = load(env, PROMISED);
    expect(config.service).toEqual({ name: 'checkout', version: '1.2.3', environment: 'production' });
    expect(config.sampler).toEqual({ name: 'parentbased_traceidratio', settings: 0.1 });
    expect(config.batch.spans).toEqual({ queueSize: 4096, batchSize: 512, delay: 5000, timeout: 30000 });
    expect(config.delivery).toMatchObject({ breakerThreshold: 5, breakerReset: 60_000 });
    expect(otlpSettings(config)).toMatchObject({
      endpoint: 'http://collector:4317',
      protocol: 'grpc',
      compression: 'gzip',
      headers: { Authorization: 'Bearer hunter2' },
      insecure: false,
      certificate: '/etc/ssl/certs/ca.pem',
    });
    expect(config.fallback.exporters).toEqual(['console']);
    expect(lines).toEqual([]);
  });

  test('without the variables it uses, each is one line', () => {
    const { config, lines } = load({}, PROMISED);
    expect(config.service).toEqual({ environment: 'production' });
    expect(otlpSettings(config)).toMatchObject({
      endpoint: 'http://localhost:4318',
      headers: { Authorization: 'Bearer' },
    });
    expect(lines.filter((line) => !line.includes('CFG009'))).toEqual([
      'box.yaml:3 service.name: ${SERVICE_NAME} is used, but SERVICE_NAME is not set. Expected: the variable SERVICE_NAME, or ${SERVICE_NAME:-default}. Using nothing in its place. [CFG008]',
      expect.stringContaining('box.yaml:4 service.version: ${SERVICE_VERSION} is used'),
      expect.stringContaining('box.yaml:17 exporter.otlp.endpoint: ${OTEL_COLLECTOR_ENDPOINT} is used'),
      expect.stringContaining('box.yaml:20 exporter.otlp.headers: ${OTEL_AUTH_TOKEN} is used'),
    ]);
  });
});

test.each([
  ['the root key opentelemetry', 'opentelemetry: { service: { name: a } }'],
  ['the root key signalbox', 'signalbox:\n  service:\n    name: a\n'],
  ['no root key', 'service:\n  name: a\n'],
  ['a byte order mark', '\uFEFFservice: { name: a }'],
  ['Windows line ends', 'service:\r\n  name: a\r\n'],
  ['comments', '# ours\nservice: # whose\n  name: a # that\n'],
  ['JSON', '{"service": {"name": "a"}}'],
  ['an alias', 'service: { name: &n a, version: *n }'],
])('%s is fine', (_what, yaml) => {
  const { config, lines } = load({}, yaml);
  expect(lines).toEqual([]);
  expect(config.service.name).toBe('a');
});

test.each([
  ['an empty file', ''],
  ['only comments', '# nothing yet\n'],
  ['null', '~'],
  ['an empty root', 'opentelemetry:\n'],
  ['an empty section', 'tracing:\n'],
  ['an empty setting', 'service:\n  name:\n'],
  ['an empty text', 'service: { name: "" }'],
])('%s sets nothing and is no mistake', (_what, yaml) => {
  const { config, lines } = load({}, yaml);
  expect(lines).toEqual([]);
  expect(config).toEqual(load().config);
});

test.each([
  ['plain', '${A}', 'va'],
  ['with prefix', '${env:A}', 'va'],
  ['in the middle', 'x-${A}-y', 'x-va-y'],
  ['two', '${A}${B}', 'vavb'],
  ['default not needed', '${A:-z}', 'va'],
  ['default', '${NOT_SET:-z}', 'z'],
  ['default for an empty one', '${EMPTY:-z}', 'z'],
  ['default with blanks and colons', '${NOT_SET:-http://a b}', 'http://a b'],
  ['escaped', '$${A}', '${A}'],
  ['dollars', '$$$$', '$$'],
  ['a lone dollar', 'cost in $', 'cost in $'],
  ['no second round', '${REFERENCE}', '${A}'],
  ['in a quoted text', "'${A}'", 'va'],
])('substitution: %s', (_what, written, expected) => {
  const env = { A: 'va', B: 'vb', EMPTY: '', REFERENCE: '${A}' };
  const { config, lines } = load(env, `service:\n  name: ${written}\n`);
  expect(lines).toEqual([]);
  expect(config.service.name).toBe(expected);
});

test('what is substituted cannot become structure', () => {
  const env = { NAME: 'a\nbackend: console', LIST: '[x, y]', MAP: '{ a: b }', KEY: 'service.name' };
  const yaml =
    'service: { name: "${NAME}", version: "${LIST}", environment: "${MAP}" }\nresource: { attributes: { "${KEY}": b } }';
  const { config } = load(env, yaml);
  expect(config.service).toEqual({ name: 'a\nbackend: console', version: '[x, y]', environment: '{ a: b }' });
  expect(config.resource.attributes).toEqual({ '${KEY}': 'b' });
  expect(config.signals.traces).toEqual(['otlp']);
});

test('items of a list keep their commas, also those that were substituted', () => {
  const yaml = 'instrumentations:\n  enabled: ["a{1,2}", "${LIST}"]\n';
  expect(load({ LIST: 'x,y' }, yaml).config.instrumentations.enabled).toEqual(['a{1,2}', 'x,y']);
});

test('a missing variable is reported where it is used first', () => {
  const { lines } = load({}, 'service:\n  name: ${NOPE}\n  version: ${NOPE}\n');
  expect(lines).toEqual([expect.stringMatching(/^box\.yaml:2 service\.name: .*\[CFG008\]$/)]);
});

const LISTED = 'Ignoring the file. [CFG006]';

/** Each of these is one line, and the rest of the file counts where there is a rest. */
test.each([
  [
    'invalid YAML',
    'a: [1',
    `box.yaml:1:6: is not valid YAML: the indentation is wrong, or a bracket is not closed. ${LISTED}`,
  ],
  [
    'a tab',
    'service:\n\tname: a\n',
    `box.yaml:2:1: is not valid YAML: a tab is used for indentation. ${LISTED}`,
  ],
  [
    'a key twice',
    'backend: otlp\nbackend: console\n',
    `box.yaml:2:1: is not valid YAML: a key appears twice in one map. ${LISTED}`,
  ],
  [
    'several documents',
    'backend: otlp\n---\nbackend: console\n',
    `box.yaml:2:1: is not valid YAML: there is more than one document in the file. ${LISTED}`,
  ],
  ['a list', '- backend\n', `box.yaml: is not a map of settings. ${LISTED}`],
  ['a word', 'backend', `box.yaml: is not a map of settings. ${LISTED}`],
  [
    'a huge file',
    `# ${'x'.repeat(1_048_577)}`,
    'box.yaml: is larger than 1 MiB. Ignoring the file. [CFG005]',
  ],
  [
    'a deep file',
    `backend: ${'['.repeat(200_000)}`,
    // How deep is too deep depends on the stack, so the column does too.
    expect.stringMatching(/^box\.yaml:1:\d+: is not valid YAML: it is nested too deeply\. Ignoring the file/),
  ],
  [
    'a misspelt key',
    'tracing:\n  sampler:\n    typ: always_on\n',
    'box.yaml:3 tracing.sampler.typ: is not a known key. Did you mean "tracing.sampler.type"? Ignoring it. [CFG007]',
  ],
  [
    'a misspelt section, once',
    'traicng:\n  sampler:\n    type: always_on\n    ratio: 1\n',
    'box.yaml:1 traicng: is not a known key. Did you mean "tracing"? Ignoring it. [CFG007]',
  ],
  [
    'a section in the wrong place',
    'sampler:\n  type: always_on\n',
    'box.yaml:1 sampler: is not a known key. Did you mean "tracing.sampler"? Ignoring it. [CFG007]',
  ],
  ['an unknown key', 'zzz: 1\n', 'box.yaml:1 zzz: is not a known key. Ignoring it. [CFG007]'],
  ['an unknown empty key', 'zzz:\n', 'box.yaml:1 zzz: is not a known key. Ignoring it. [CFG007]'],
  [
    'an unknown key below a root',
    'opentelemetry:\n  bakend: otlp\n',
    'box.yaml:2 bakend: is not a known key. Did you mean "backend"? Ignoring it. [CFG007]',
  ],
  [
    'a value in the place of a section',
    'service: checkout\n',
    'box.yaml:1 service: is not a map. Expected: the keys name, version, environment. Ignoring it. [CFG001]',
  ],
  [
    'a list in the place of a value',
    'log_level: [info, warn]\n',
    'box.yaml:1 log_level: "info,warn" is a list, not a single value. Expected: none, error, warn, info, debug, verbose, all. Using info. [CFG001]',
  ],
  [
    'a map in the place of a value',
    'log_level: { a: 1 }\n',
    'box.yaml:1 log_level: "a=1" is a map, not a single value. Expected: none, error, warn, info, debug, verbose, all. Using info. [CFG001]',
  ],
  [
    'a map in the place of a list',
    'backend: {}\n',
    'box.yaml:1 backend: "" is a map, not a single value. Expected: comma-separated: names of exporters. Using otlp. [CFG001]',
  ],
  [
    'a list in a list',
    'backend: [[otlp]]\n',
    'box.yaml:1 backend: has a list inside, not single values. Ignoring it. [CFG001]',
  ],
  [
    'a map in a map',
    'resource: { attributes: { a: { b: c } } }\n',
    'box.yaml:1 resource.attributes: has a map inside, not single values. Ignoring it. [CFG001]',
  ],
  [
    'a bad number',
    'tracing:\n  batch_processor:\n    max_queue_size: lots\n',
    'box.yaml:3 tracing.batch_processor.max_queue_size: "lots" is not a whole number. Expected: a whole number ≥ 1. Treating it as not set. [CFG001]',
  ],
  [
    'yes in the place of true',
    'disabled: yes\n',
    'box.yaml:1 disabled: "yes" is not a boolean. Expected: true or false. Using false. [CFG001]',
  ],
  [
    'a malformed reference',
    'service:\n  name: ${1A}\n',
    'box.yaml:2 service.name: has a ${ that does not begin a reference such as ${NAME} or ${NAME:-default}. Ignoring it. [CFG001]',
  ],
  [
    'an alias of nothing',
    'service:\n  name: *nobody\n',
    'box.yaml:2 service.name: uses an alias that cannot be resolved. Ignoring it. [CFG001]',
  ],
])('%s is one clear line', (_what, yaml, line) => {
  expect(load({}, yaml).lines).toEqual([line]);
});

test('a mistake in one place leaves the rest of the file in force', () => {
  const { config } = load({}, 'servce: { name: x }\nbackend: console\nlog_level: loud\nstrict: true\n');
  expect([config.signals.traces, config.logLevel, config.strict]).toEqual([['console'], 'info', true]);
});

test('aliases cannot make a small file large', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 26; i++) {
    const previous = String.fromCharCode(96 + i);
    const name = String.fromCharCode(97 + i);
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${previous}`).join(', ')}]`);
  }
  const { lines } = load({}, `${bomb.join('\n')}\nbackend: *z\n`);
  expect(lines).toContain('box.yaml:27 backend: has a list inside, not single values. Ignoring it. [CFG001]');
  expect(lines).toHaveLength(27);
});

test('a map that holds itself ends', () => {
  expect(load({}, 'tracing: &t { sampler: *t, tracing: *t }').lines).toHaveLength(3);
});
