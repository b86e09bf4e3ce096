import { parse } from 'yaml';
import { readSampling } from '../../samplers/index.ts';
import { runSampling } from '../../src/cli/sampling.ts';
import { SettingsReader } from '../../src/config/reader.ts';
import { formatProblem } from '../../src/core/index.ts';

function run(args: string[], files: Record<string, string> = {}, env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = runSampling(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error(`${path}: no such file`);
      return content;
    },
    report: (problem) => err.push(formatProblem(problem)),
    sampling: () => readSampling(new SettingsReader({ env })),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('explain prints how a list is understood', () => {
  const { code, out } = run(['explain', 'keep error; 0.5 llm; drop http.route=/health; 0.1; keep']);
  expect(code).toBe(0);
  expect(out).toBe(
    [
      '1. keep error',
      '   keeps every trace',
      '   if error (known: end)',
      '2. 0.5 llm',
      '   keeps 50 % of traces',
      '   if llm (known: any time)',
      '3. drop http.route=/health',
      '   drops every trace',
      '   if http.route=/health (known: any time)',
      '   ! cannot drop a trace whose sampled flag has already gone to another service',
      '4. 0.1',
      '   keeps 10 % of traces',
      '5. keep',
      '   keeps every trace',
      '   ! never reached: rule 4 matches every trace',
    ].join('\n'),
  );
});

test('explain tells which rule decides each trace of a file', () => {
  const span = (traceId: string, code: number, parentSpanId?: string) => ({
    traceId,
    spanId: '00f067aa0ba902b7',
    ...(parentSpanId ? { parentSpanId } : {}),
    name: 's',
    kind: 2,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000001000000000',
    attributes: [{ key: 'k', value: { intValue: '7' } }],
    status: { code },
  });
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  const line = (spans: object[]) =>
    JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });
  const trace = `${line([span(a, 2)])}\n${line([span(b, 0), span(b, 1, '00f067aa0ba902b7')])}\n`;
  const { code, out } = run(['explain', 'keep error; drop k=7 duration>=1s; keep', '--trace', 't.json'], {
    't.json': trace,
  });
  expect(code).toBe(0);
  expect(out.split('\n').slice(-2)).toEqual([
    `${a} keep by keep error (1 span)`,
    `${b} drop by drop k=7 duration>=1000ms (2 spans)`,
  ]);
});

test('a mistake is shown under the text', () => {
  const { code, err } = run(['explain', 'keep eror; 0.1']);
  expect(code).toBe(1);
  expect(err).toContain('keep eror; 0.1\n     ^ "eror" is not a condition, did you mean error?');
});

test('export writes the configuration of either tier', () => {
  const rules = 'keep error; 0.1';
  const sampler = parse(run(['export', '--collector', rules, '--salt', 'x']).out);
  expect(sampler.processors.tail_sampling.policies).toHaveLength(2);
  const balancer = run([
    'export',
    '--collector',
    rules,
    '--tier',
    'balancer',
    '--sampler-host',
    'tail.internal',
  ]);
  expect(parse(balancer.out).exporters.loadbalancing.resolver.dns.hostname).toBe('tail.internal');
});

test('strict refuses what would be decided otherwise, and says what', () => {
  const lenient = run(['export', '--collector', 'keep tokens>1000; drop']);
  expect([lenient.code, lenient.err]).toEqual([0, expect.stringContaining('inexact: keep tokens>1000')]);
  const strict = run(['export', '--collector', '--strict', 'keep tokens>1000; drop']);
  expect([strict.code, strict.out]).toEqual([1, '']);
  expect(run(['export', '--collector', '--strict', 'keep error; 0.1']).code).toBe(0);
});

test('rules come from a file, or from the settings', () => {
  expect(run(['explain', '--file', 'r'], { r: 'keep' }).out).toContain('1. keep');
  expect(run(['explain'], {}, { SIGNALBOX_SAMPLING_RULES: '0.25' }).out).toContain('keeps 25 %');
  expect(run(['explain']).out).toContain('No rules');
  expect(run(['explain', '--file', 'missing'])).toMatchObject({ code: 1, err: 'missing: no such file' });
});

test.each([
  [[]],
  [['export', 'keep']],
  [['explain', '--wrong']],
  [['export', '--collector', '--tier', 'x', 'keep']],
])('wrong usage: %j', (args) => {
  expect(run(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage:') });
});

test.each<[string[], string]>([
  [['exprot', '--collector'], '"exprot" is not a command, did you mean export?'],
  [['export', 'keep'], 'export needs --collector'],
  [['export', '--collector', '--tier', 'x', 'keep'], '--tier is sampler or balancer, not "x"'],
  [['explain', '--strict', 'keep'], '--strict belongs to export'],
  [['export', '--collector', '--trace', 't', 'keep'], '--trace belongs to explain'],
])('what is wrong is said first: %j', (args, reason) => {
  expect(run(args).err.split('\n')[0]).toBe(reason);
});

test('rules without quotes get a hint', () => {
  expect(run(['explain', 'keep', 'error']).err).toMatch(/Put all rules into one pair of quotes\.$/);
});

test.each([
  ['{"a":', 'JSON'],
  ['null', 'there is no list resourceSpans in it'],
  ['{"resourceSpans":{}}', 'there is no list resourceSpans in it'],
  ['{"resourceSpans":[{"scopeSpans":[{"spans":[{"endTimeUnixNano":"abc"}]}]}]}', 'abc'],
])('a trace file that is none is named, with the reason: %s', (content, reason) => {
  const { code, err } = run(['explain', 'keep', '--trace', 't.json'], { 't.json': content });
  expect([code, err]).toEqual([1, expect.stringContaining(reason)]);
  expect(err).toMatch(/^t\.json is not a file of traces in OTLP\/JSON: /);
});

test('a trace file without spans is said to be so', () => {
  const files = { 't.json': '{"resourceSpans":[]}' };
  expect(run(['explain', 'keep', '--trace', 't.json'], files).out).toMatch(/t\.json holds no spans\.$/);
});
