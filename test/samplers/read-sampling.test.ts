import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_SAMPLERS, createSampling, formatRule, readSampling } from '../../samplers/index.ts';
import { SettingsReader } from '../../src/config/reader.ts';
import { isComponent } from '../../src/core/index.ts';
import { FakeHost, rig } from './support.ts';

function read(env: Record<string, string>) {
  const reader = new SettingsReader({ env });
  const config = readSampling(reader);
  return { config, rules: config.rules.map(formatRule), problems: reader.problems };
}

test('nothing set: no rules, no problems, everything is kept', () => {
  const { config, rules, problems } = read({});
  expect(rules).toEqual([]);
  expect(problems).toEqual([]);
  expect(config).toMatchObject({ parent: 'respect', propagate: 'head', rateLimit: 100, rv: true });
  expect(createSampling(config, new FakeHost()).processor).toBeUndefined();
});

describe('one list, in the order of precedence', () => {
  const DD = JSON.stringify([
    { service: 'web*', name: 'http.request', tags: { tier: 'gold' }, sample_rate: 0.2 },
  ]);

  test.each<[string, Record<string, string>, string[]]>([
    ['own', { SIGNALBOX_SAMPLING_RULES: 'keep error; 0.1' }, ['keep error', '0.1']],
    [
      'Datadog rules',
      { DD_TRACE_SAMPLING_RULES: DD },
      ['0.2 service=web* operation=http.request root.tier=gold'],
    ],
    ['Datadog rate', { DD_TRACE_SAMPLE_RATE: '0.3' }, ['0.3']],
    [
      'OpenTelemetry',
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.4' },
      ['0.4 # OTEL_TRACES_SAMPLER'],
    ],
    [
      'all',
      {
        SIGNALBOX_SAMPLING_RULES: 'keep error',
        DD_TRACE_SAMPLING_RULES: DD,
        OTEL_TRACES_SAMPLER: 'always_off',
      },
      ['keep error', '0.2 service=web* operation=http.request root.tier=gold', 'drop # OTEL_TRACES_SAMPLER'],
    ],
    [
      'own default hides the rest',
      { SIGNALBOX_SAMPLING_RULES: '0.1', OTEL_TRACES_SAMPLER: 'always_off' },
      ['0.1'],
    ],
  ])('%s', (_, env, expected) => {
    const { rules, problems } = read(env);
    expect(rules).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test('the samplers of OpenTelemetry that are not parent-based ignore the parent, unless told otherwise', () => {
    expect(read({ OTEL_TRACES_SAMPLER: 'always_on' }).config.parent).toBe('ignore');
    expect(read({ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }).config.parent).toBe('respect');
    expect(
      read({ OTEL_TRACES_SAMPLER: 'always_on', SIGNALBOX_SAMPLING_PARENT: 'respect' }).config.parent,
    ).toBe('respect');
    expect(
      read({ OTEL_TRACES_SAMPLER: 'always_on', SIGNALBOX_SAMPLING_RULES: 'keep error' }).config.parent,
    ).toBe('respect');
  });

  test('YAML holds a list of rules', () => {
    const leaf = { kind: 'list', items: ['keep error', '0.1'] } as const;
    const file = [{ path: 'sampling.rules', leaf, source: 'box.yaml:3' }];
    const reader = new SettingsReader({ env: {}, file });
    expect(readSampling(reader).rules.map(formatRule)).toEqual(['keep error', '0.1']);
  });

  test('a file stands behind the own rules', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rules-')), 'rules.txt');
    writeFileSync(file, '# what we keep\nkeep duration>fast\n0.5 llm # half of the calls\n0\n');
    const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error', SIGNALBOX_SAMPLING_RULES_FILE: file });
    expect(r.sampler.toString()).toBe('PrioritySampler{keep error; 0.5 llm # half of the calls; drop}');
    expect(r.host.problems).toEqual([
      expect.objectContaining({
        code: 'CFG001',
        source: file,
        message: expect.stringContaining('line 2, character 15'),
      }),
    ]);
    expect(rig({ SIGNALBOX_SAMPLING_RULES_FILE: '/does/not/exist' }).host.problems[0]).toMatchObject({
      code: 'CFG010',
      source: 'SIGNALBOX_SAMPLING_RULES_FILE',
      message: expect.stringContaining('"/does/not/exist" cannot be read'),
    });
  });
});

describe('mistakes are one line each, and the application runs', () => {
  test.each([
    [
      { SIGNALBOX_SAMPLING_RULES: 'keep eror; 0.1' },
      'did you mean error? Put an attribute of that name in quotes (character 6)',
    ],
    [{ SIGNALBOX_SAMPLING_RULES: '0.1 min=0.01; drop' }, 'min belongs to a rate per second'],
    [{ SIGNALBOX_SAMPLING_RULES: 'keep error' }, 'the last rule has conditions'],
    [{ DD_TRACE_SAMPLING_RULES: '{' }, 'is not JSON'],
    [{ DD_TRACE_SAMPLING_RULES: '{}' }, 'is not a JSON array'],
    [{ DD_TRACE_SAMPLING_RULES: '[{"sample_rate":2}]' }, 'sample_rate is not a number from 0 to 1'],
    [{ DD_SPAN_SAMPLING_RULES: '[1]' }, 'form is not an object'],
  ])('%j', (env, message) => {
    const { problems } = read(env as Record<string, string>);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
  });

  test('rules on end facts without a tail sampler are reported', () => {
    const host = new FakeHost();
    createSampling(read({ SIGNALBOX_SAMPLING_RULES: 'keep error; 0.1' }).config, host);
    expect(host.problems[0]?.message).toContain('no tail sampler is there');
  });
});

describe('Datadog', () => {
  test('the rate limit holds for rules and records what it amounts to', () => {
    const r = rig({ DD_TRACE_SAMPLE_RATE: '1', DD_TRACE_RATE_LIMIT: '2' }, { datadog: true });
    for (let trace = 0; trace < 4; trace++) r.start('s').end();
    expect(r.exported().map(({ attributes }) => attributes)).toEqual([
      { '_dd.rule_psr': 1, '_dd.limit_psr': 1 },
      { '_dd.rule_psr': 1, '_dd.limit_psr': 1 },
    ]);
    r.host.advance(1000);
    r.start('s').end();
    expect(r.exported()[2]?.attributes['_dd.limit_psr']).toBeCloseTo(3 / 5);
  });

  test('single spans are kept out of dropped traces, tagged, at unchanged priority', () => {
    const rules = JSON.stringify([{ name: 'db*', sample_rate: 1, max_per_second: 50 }]);
    const r = rig({ DD_TRACE_SAMPLE_RATE: '0', DD_SPAN_SAMPLING_RULES: rules });
    const root = r.start('web');
    r.start('db.query', {}, root).end();
    root.end();
    expect(r.exported().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: 'db.query',
        attributes: {
          '_dd.span_sampling.mechanism': 8,
          '_dd.span_sampling.rule_rate': 1,
          '_dd.span_sampling.max_per_second': 50,
        },
      },
    ]);
  });

  test.each([
    ['as the file says, whatever the variable says', '[{"name":"db*"}]', ['db.query']],
    ['as the variable says where the file cannot be read', undefined, ['web']],
    ['none where the file has a mistake, which is told', '{', []],
  ])('single spans are kept by DD_SPAN_SAMPLING_RULES_FILE: %s', (_what, content, names) => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-'));
    try {
      const file = join(directory, 'rules.json');
      if (content !== undefined) writeFileSync(file, content);
      const r = rig({
        DD_TRACE_SAMPLE_RATE: '0',
        DD_SPAN_SAMPLING_RULES: '[{"name":"web"}]',
        DD_SPAN_SAMPLING_RULES_FILE: file,
      });
      const root = r.start('web');
      r.start('db.query', {}, root).end();
      root.end();
      expect(r.exported().map(({ name }) => name)).toEqual(names);
      const culprit = content === undefined ? 'DD_SPAN_SAMPLING_RULES_FILE' : file;
      expect(r.host.problems.map(({ source }) => source)).toEqual(content?.startsWith('[') ? [] : [culprit]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('dropped traces are recorded and passed on unsampled where the backend counts them', () => {
    const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; drop' }, { recordDropped: true });
    const seen = r.start('s');
    expect(seen.isRecording()).toBe(true);
    seen.end();
    // The SDK's own processor leaves unsampled spans out; what it was handed is what counts here.
    expect(r.exported()).toEqual([]);
    r.host.advance(100);
    expect(r.host.counts.get('signalbox.sampling.spans{decision=drop}')).toBe(1);
  });
});

test('propagate=always samples everything and needs no buffer', () => {
  const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; drop', SIGNALBOX_SAMPLING_PROPAGATE: 'always' });
  expect(r.tail).toBeUndefined();
  const span = r.start('s');
  expect(span.spanContext().traceFlags).toBe(1);
  expect(span.spanContext().traceState?.get('ot')).toMatch(/;th:0$/);
});

test('the built-in samplers are components with names of their own', () => {
  expect(BUILT_IN_SAMPLERS.every(isComponent)).toBe(true);
  const names = BUILT_IN_SAMPLERS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toContain('rules');
});
