/** A real Collector takes every configuration that is exported; `--strict` refuses what would differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { exportCollector, parseRules, readSampling, toPolicies } from '../../../samplers/index.ts';
import { runSampling } from '../../../src/cli/sampling.ts';
import { SettingsReader } from '../../../src/config/reader.ts';
import { seeded } from '../../samplers/support.ts';
import { describeWith, startCollector, validateCollectorConfig } from '../support/index.ts';

const BUFFER = { spans: 1, bytes: 1, traceSpans: 1, wait: 60_000, linger: 2000, decisions: 65_536 };
const PAGE = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sampling.md'), 'utf8');
const PRESETS = [
  ...(/## Presets\n([\s\S]*?)\n## /.exec(PAGE)?.[1] ?? '').matchAll(/^(The .*?):.*\n\n```\n([\s\S]*?)```/gm),
].map(([, title = '', rules = '']): [string, string] => [title, rules]);

const RATES = ['keep', 'drop', '0.1', '0.5', '0.00001', '100/s', '0.5/s min=0.01 max=0.5', '<=500/s'];
const CONDITIONS = [
  ...['error', 'llm', 'agent', 'root', 'sampled', 'remote'],
  ...['duration>5s', 'duration>=250ms', 'duration<1s', 'duration=1s..2s', 'span.duration>2s', 'tokens>1000'],
  ...['spans>=50', 'spans<3', 'spans=2..4', 'status=ok', 'kind=server|client', 'event=exception', 'event'],
  ...[
    'name=GET*',
    'name="a \\"b\\" \\\\ c"',
    'name~^GET.(a|b)$',
    'service=shop*|cart',
    'operation=web.request',
  ],
  ...[
    'resource=GET?/x',
    'http.response.status_code>=500',
    'http.response.status_code=500..599',
    'k<0',
    'k>-1.5',
  ],
  ...['user.tier=gold|platinum', 'user.id', 'n=1', 'b=true', 'k=(a+b)[c]{2}$^.\\\\d', 'k~(?=a)', 'k="ü; x"'],
  ...[
    'url.path=/health*|/metrics',
    'url.path~^/a/[0-9]+$',
    'root.tenant=acme',
    'tracestate.a=b',
    'tracestate.a=b*',
  ],
  ...[
    '{error name=GET*}',
    '{kind=client span.duration>2s}',
    '{!error k=v}',
    '{llm user.id}',
    'server.port=443',
  ],
];

/** Lists of one to seven rules of every form, the same in every run. */
function generatedLists(count: number): string[] {
  const random = seeded(6);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  const condition = () => (random() < 0.2 ? '!' : '') + pick(CONDITIONS);
  const rule = () =>
    [pick(RATES), ...Array.from({ length: 1 + Math.floor(random() * 2) }, condition)].join(' ');
  return Array.from({ length: count }, () => {
    const rules = Array.from({ length: Math.floor(random() * 7) }, rule);
    return [...rules, ...(random() < 0.8 ? [pick(RATES)] : [])].join('\n') || 'keep';
  });
}

function rulesOf(text: string) {
  const { rules, errors } = parseRules(text);
  expect(errors).toEqual([]);
  return rules;
}

function cli(args: string[]) {
  const out: string[] = [];
  const code = runSampling(args, {
    out: (text) => out.push(text),
    err: () => {},
    readFile: () => '',
    report: () => {},
    sampling: () => readSampling(new SettingsReader({ env: {} })),
  });
  return { code, out: out.join('\n') };
}

describeWith('collector', 'the exported configuration', () => {
  test.each(PRESETS)('%s: both tiers are valid', async (_title, text) => {
    const { sampler, balancer } = exportCollector(rulesOf(text), { buffer: BUFFER });
    expect(await validateCollectorConfig(sampler)).toBeUndefined();
    expect(await validateCollectorConfig(balancer)).toBeUndefined();
  });

  test('there are presets to test', () => {
    expect(PRESETS.length).toBeGreaterThanOrEqual(3);
  });

  const LISTS = generatedLists(150);

  /** One processor and pipeline per list, so that one run of the Collector judges all. */
  const processorsOf = (lists: readonly string[]) =>
    Object.fromEntries(
      lists.map((text, at) => {
        const { sampler } = exportCollector(rulesOf(text), { buffer: BUFFER });
        return [`tail_sampling/${at}`, parse(sampler).processors.tail_sampling];
      }),
    );

  test('150 generated rule lists are valid', async () => {
    const processors = processorsOf(LISTS);
    const pipelines = Object.keys(processors).map((name, at) => [
      `traces/${at}`,
      { receivers: ['otlp'], processors: [name], exporters: ['debug'] },
    ]);
    const config = {
      receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:0' } } } },
      processors,
      exporters: { debug: {} },
      service: { pipelines: Object.fromEntries(pipelines) },
    };
    expect(await validateCollectorConfig(config)).toBeUndefined();
  });

  test('and a Collector starts with all of them', async () => {
    await using collector = await startCollector({ processors: processorsOf(LISTS) });
    await collector.finish();
  });

  test('--strict writes those that decide alike, valid, and refuses all others', async () => {
    let refused = 0;
    let written = 0;
    for (const text of LISTS) {
      const isExact = toPolicies(rulesOf(text)).findings.every(({ severity }) => severity === 'note');
      const { code, out } = cli(['export', '--collector', '--strict', text]);
      expect([text, code, out === '']).toEqual([text, isExact ? 0 : 1, !isExact]);
      if (isExact && written++ < 3) expect(await validateCollectorConfig(out)).toBeUndefined();
      if (!isExact) refused++;
    }
    expect(Math.min(refused, written)).toBeGreaterThan(10);
  });

  test('two tiers, with the options of the command', async () => {
    const args = [
      'export',
      '--collector',
      'keep error; 0.1',
      '--endpoint',
      'otel.example:4317',
      '--salt',
      's',
    ];
    const sampler = cli(args).out;
    const balancer = cli([...args, '--tier', 'balancer', '--sampler-host', 'tail.internal']).out;
    expect(await validateCollectorConfig(sampler)).toBeUndefined();
    expect(await validateCollectorConfig(balancer)).toBeUndefined();
    expect(parse(sampler).exporters.otlp.endpoint).toBe('otel.example:4317');
    expect(parse(balancer).exporters.loadbalancing.resolver.dns.hostname).toBe('tail.internal');
    // A mistake in either would be seen.
    expect(await validateCollectorConfig(balancer.replace('traceID', 'traceld'))).toMatch(/routing_key/);
  });
});
