import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { BUILT_IN_PROCESSORS } from '../../../processors/index.ts';
import { type RedactionConfig, redaction } from '../../../processors/redaction/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { AnyComponent, Host, Problem } from '../../../src/core/index.ts';

const NO_TIMER = { cancel() {} };

function hostOf(problems: Problem[], counted: string[] = []): Host {
  const load = createRequire(__filename);
  return {
    clock: { now: () => 0, monotonic: () => 0 },
    log: { error() {}, warn() {}, info() {}, debug() {} },
    counters: { add: (name, _value, attributes) => counted.push(`${name} ${attributes?.detector}`) },
    report: (problem) => problems.push(problem),
    load: <T>(module: string) => load(module) as T,
    after: () => NO_TIMER,
    every: () => NO_TIMER,
  };
}

/** The processor as configured, between the SDK and an exporter in memory. */
function runWith(env: Record<string, string>, yaml?: string) {
  const problems: Problem[] = [];
  const counted: string[] = [];
  let config: RedactionConfig | undefined;
  const probe = {
    ...redaction,
    fromEnv: (reader) => (config = redaction.fromEnv(reader)),
  } as AnyComponent<'processor'>;
  const loaded = loadConfig({
    env: { SIGNALBOX_PROCESSORS: 'redaction', ...env },
    components: [probe],
    ...(yaml === undefined ? {} : { file: { name: 'signalbox.yaml', text: yaml } }),
  });
  const { spans } = redaction.create(config as unknown as RedactionConfig, hostOf(problems, counted));
  const exporter = new InMemorySpanExporter();
  const next = new SimpleSpanProcessor({ exporter });
  const tracer = new TracerProvider({ spanProcessors: [spans?.(next) ?? next] }).getTracer('t');
  return {
    problems: [...loaded.problems.filter(({ source }) => /REDACT|redact|DD_TRACE/.test(source)), ...problems],
    counted,
    export(attributes: Record<string, string>) {
      tracer.startSpan('work', { attributes }).end();
      return exporter.getFinishedSpans().at(-1)?.attributes;
    },
  };
}

const MAIL = 'ada@example.com';

describe('the redaction component', () => {
  it('is on by default, and off if told so', () => {
    expect(runWith({}).export({ a: MAIL })).toEqual({ a: '[EMAIL_REDACTED]' });
    expect(runWith({ SIGNALBOX_REDACTION: 'false' }).export({ a: MAIL })).toEqual({ a: MAIL });
  });

  it('takes its patterns from the file', () => {
    const yaml =
      'security:\n  redaction:\n    enabled: true\n    patterns:\n      - "EMP-[0-9]{1,6}"\n      - "ORD[A-Z]+"\n';
    const { export: send, problems } = runWith({}, yaml);
    expect(send({ a: 'EMP-12 ORDX' })).toEqual({ a: '[REDACTED] [REDACTED]' });
    expect(problems).toEqual([]);
  });

  it.each<[Record<string, string>, Record<string, string>, unknown]>([
    [
      { SIGNALBOX_REDACTION_PATTERNS: 'x\\d{1,3},EMP-(\\d,?)+' },
      { a: 'x12 EMP-1,2' },
      { a: '[REDACTED] [REDACTED]' },
    ],
    [
      { SIGNALBOX_REDACTION_RULES: '[{"name":"e","pattern":"EMP","replacement":"?"}]' },
      { a: 'EMP' },
      { a: '?' },
    ],
    [{ SIGNALBOX_REDACTION_KINDS: '-email,ip' }, { a: `${MAIL} 10.0.0.1` }, { a: `${MAIL} [IP_REDACTED]` }],
    [{ SIGNALBOX_REDACTION_KINDS: 'none' }, { a: MAIL, password: 'x' }, { a: MAIL, password: 'x' }],
    [{ SIGNALBOX_REDACTION_ALLOW_KEYS: 'contact*' }, { 'contact.mail': MAIL }, { 'contact.mail': MAIL }],
    [{ SIGNALBOX_REDACTION_BLOCK_KEYS: 'tenant' }, { tenant: 'acme' }, { tenant: '[REDACTED]' }],
    [{ SIGNALBOX_REDACTION_ACTION: 'mask' }, { a: MAIL }, { a: '****.com' }],
    [{ SIGNALBOX_REDACTION_ACTIONS: 'email=drop' }, { a: MAIL, b: 'x' }, { b: 'x' }],
    [{ SIGNALBOX_REDACTION_PLACEHOLDERS: 'email=<mail>' }, { a: MAIL }, { a: '<mail>' }],
    [{ SIGNALBOX_REDACTION_DRY_RUN: 'true' }, { a: MAIL }, { a: MAIL }],
    [
      { SIGNALBOX_REDACTION_SUMMARY: 'count' },
      { a: MAIL },
      { a: '[EMAIL_REDACTED]', 'redaction.masked.count': 1 },
    ],
    [
      { SIGNALBOX_REDACTION_SUMMARY: 'keys', SIGNALBOX_REDACTION_ACTIONS: 'key=drop' },
      { a: MAIL, password: 'x' },
      {
        a: '[EMAIL_REDACTED]',
        'redaction.masked.count': 2,
        'redaction.masked.keys': ['a'],
        'redaction.redacted.keys': ['password'],
      },
    ],
    [{ SIGNALBOX_REDACTION_SQL: 'true' }, { 'db.query.text': 'SELECT 1' }, { 'db.query.text': 'SELECT ?' }],
    [
      { SIGNALBOX_REDACTION_VALUE_LENGTH: '30' },
      { a: 'x'.repeat(50) },
      { a: `${'x'.repeat(18)}…[truncated]` },
    ],
    [{ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5' }, { message: 'abcdefgh' }, { message: 'abcde' }],
    [
      { SIGNALBOX_REDACTION_CONTENT_LENGTH: '4' },
      { message: 'abcdefgh', a: 'abcdefgh' },
      { message: 'abcd', a: 'abcdefgh' },
    ],
    [
      { DD_TRACE_OBFUSCATION_QUERY_STRING_REGEXP: 'b=[^&]*' },
      { 'url.full': '/a?b=1&c=2' },
      { 'url.full': '/a?<redacted>&c=2' },
    ],
    [
      { DD_TRACE_CLIENT_IP_ENABLED: 'false', DD_TRACE_CLIENT_IP_HEADER: 'X-Ip' },
      { 'client.address': '::1', 'http.request.header.x-ip': '::1' },
      { 'client.address': '[REDACTED]', 'http.request.header.x-ip': '[REDACTED]' },
    ],
  ])('with %j', (env, attributes, expected) => {
    const { export: send, problems } = runWith(env);
    expect(send(attributes)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it('reports an invalid pattern and hides every value', () => {
    const { export: send, problems } = runWith({ SIGNALBOX_REDACTION_PATTERNS: '(?=x)' });
    expect(problems).toMatchObject([{ code: 'CFG001', source: 'SIGNALBOX_REDACTION_PATTERNS' }]);
    expect(send({ a: 'harmless text' })).toEqual({ a: '[REDACTED]' });
  });

  it.each(['maybe', '1', 'TRUE', ''])('is not switched off by SIGNALBOX_REDACTION=%s', (value) => {
    const { export: send } = runWith({ SIGNALBOX_REDACTION: value });
    expect(send({ a: MAIL })).toEqual({ a: '[EMAIL_REDACTED]' });
  });

  it.each(['[{"patern":"x"},{"pattern":"EMP"}]', '{', '{"pattern":"x"}'])(
    'hides every value where rules cannot be read: %s',
    (rules) => {
      const { export: send, problems } = runWith({ SIGNALBOX_REDACTION_RULES: rules });
      expect(problems).toMatchObject([{ code: 'CFG001', source: 'SIGNALBOX_REDACTION_RULES' }]);
      expect(send({ a: 'harmless text' })).toEqual({ a: '[REDACTED]' });
    },
  );

  it('reports what it cannot read, and hashes without a key', () => {
    const { problems } = runWith({
      SIGNALBOX_REDACTION_RULES: '[{"patern":"x"}]',
      SIGNALBOX_REDACTION_KINDS: 'emial',
      SIGNALBOX_REDACTION_ACTIONS: 'email=hash',
    });
    expect(problems.map(({ code }) => code).sort()).toEqual(['CFG001', 'CFG003', 'CFG012']);
  });

  it('takes the key of the hashes from a file, and never shows it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-hmac-'));
    try {
      const file = join(directory, 'key');
      writeFileSync(file, 'the-key-of-all\n');
      const env = { SIGNALBOX_REDACTION_ACTION: 'hash' };
      const fromFile = runWith({ ...env, SIGNALBOX_REDACTION_HMAC_KEY_FILE: file });
      const given = runWith({ ...env, SIGNALBOX_REDACTION_HMAC_KEY: 'the-key-of-all' });
      expect(fromFile.problems).toEqual([]);
      expect(fromFile.export({ a: MAIL })).toEqual(given.export({ a: MAIL }));
      writeFileSync(file, '\n');
      for (const wrong of [file, join(directory, 'missing')]) {
        const { problems } = runWith({ ...env, SIGNALBOX_REDACTION_HMAC_KEY_FILE: wrong });
        expect(problems).toMatchObject([
          {
            code: 'CFG010',
            source: 'SIGNALBOX_REDACTION_HMAC_KEY_FILE',
            used: 'using a random key for this process',
          },
        ]);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('cuts content at its own limit, each time', () => {
    const { export: send } = runWith({ SIGNALBOX_REDACTION_CONTENT_LENGTH: '4' });
    for (let time = 0; time < 4; time++) expect(send({ message: 'abcdefgh' })).toEqual({ message: 'abcd' });
  });

  it('counts by detector', () => {
    const { export: send, counted } = runWith({});
    send({ a: MAIL, password: 'x' });
    expect(counted).toEqual(['signalbox.redaction.redacted email', 'signalbox.redaction.redacted key']);
  });

  it('is the last that changes content', () =>
    expect(BUILT_IN_PROCESSORS.map(({ name }) => name)).toEqual([
      'span-watch',
      'genai',
      'redaction',
      'cardinality',
    ]));
});
