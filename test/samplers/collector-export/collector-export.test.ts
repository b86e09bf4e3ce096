import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { parse } from 'yaml';
import {
  explainTraces,
  exportCollector,
  formatRule,
  parseRules,
  type Rule,
  toPolicies,
} from '../../../samplers/index.ts';
import { seeded, traceId } from '../support.ts';
import { type AnyPolicy, collectorShare } from './collector.ts';
import { type Made, madeSpan } from './made-span.ts';

const BUFFER = { spans: 1, bytes: 1, traceSpans: 1, wait: 60_000, linger: 2000, decisions: 65_536 };

function rulesOf(text: string): readonly Rule[] {
  const { rules, errors } = parseRules(text);
  expect(errors).toEqual([]);
  return rules;
}

const findings = (text: string) =>
  toPolicies(rulesOf(text)).findings.map(({ severity, message }) => `${severity}: ${message}`);

/** Keys of each policy, as the README of the processor documents them. */
const SCHEMA: Record<string, readonly string[]> = {
  always_sample: [],
  latency: ['threshold_ms', 'upper_threshold_ms'],
  status_code: ['status_codes'],
  string_attribute: ['key', 'values', 'enabled_regex_matching', 'cache_max_size', 'invert_match'],
  numeric_attribute: ['key', 'min_value', 'max_value', 'invert_match'],
  boolean_attribute: ['key', 'value', 'invert_match'],
  trace_state: ['key', 'values'],
  trace_flags: [],
  probabilistic: ['sampling_percentage', 'hash_salt'],
  rate_limiting: ['spans_per_second', 'burst_capacity'],
  span_count: ['min_spans', 'max_spans'],
  ottl_condition: ['error_mode', 'span', 'spanevent'],
  and: ['and_sub_policy'],
  drop: ['drop_sub_policy'],
  not: ['not_sub_policy'],
};
const NESTING = ['and', 'drop', 'not'];

function validate(policy: AnyPolicy & { name?: string }, isTop = true): void {
  const { name, type, ...bodies } = policy;
  expect(name).toBeTruthy();
  expect(Object.keys(SCHEMA)).toContain(type);
  expect(Object.keys(bodies)).toEqual(SCHEMA[type]?.length === 0 ? [] : [type]);
  const body = bodies[type] ?? {};
  for (const key of Object.keys(body)) expect(SCHEMA[type]).toContain(key);
  expect(NESTING.includes(type) && !isTop).toBe(false);
  const inner =
    body.and_sub_policy ?? body.drop_sub_policy ?? (body.not_sub_policy ? [body.not_sub_policy] : []);
  for (const sub of inner) validate(sub, false);
}

const EXACT = `
drop url.path=/health*|/metrics
keep error
keep duration>=5s
keep {span.duration>2s kind=client}
keep spans>=8
keep agent
0.5 llm
0.4 user.tier=gold|platinum
0.3 http.response.status_code=500..599
0.3 feature.flag=true
0.2 event=exception
0.2 root.tenant=acme
drop service=batch
0.1`;

describe('1,000 traces', () => {
  test('the exported policies choose the rate that the rules choose', () => {
    const rules = rulesOf(EXACT);
    const { policies, findings: found } = toPolicies(rules);
    expect(found).toEqual([]);
    const byLabel = new Map(rules.map((rule) => [rule.name ?? formatRule(rule), rule]));
    const random = seeded(42);
    const seen = new Map<string, number>();
    for (let trace = 0; trace < 1000; trace++) {
      const spans = randomTrace(random);
      const ours = explainTraces(rules, new Map([['t', spans]]))[0];
      const rate = byLabel.get(ours?.rule ?? '')?.rate;
      const share = rate?.kind === 'fixed' ? rate.rate : Number.NaN;
      expect([ours?.rule, collectorShare([...policies], spans)]).toEqual([ours?.rule, share]);
      seen.set(ours?.rule ?? '', (seen.get(ours?.rule ?? '') ?? 0) + 1);
    }
    // Every rule decided some of them, or the test would prove nothing about it.
    expect([...seen.keys()].sort()).toEqual([...byLabel.keys()].sort());
  });
});

function randomTrace(random: () => number): ReadableSpan[] {
  const id = traceId(random);
  const chance = (share: number) => random() < share;
  const pick = <T>(...items: T[]): T => items[Math.floor(random() * items.length)] as T;
  const resource = { 'service.name': chance(0.2) ? 'batch' : 'shop' };
  const root: Made = {
    traceId: id,
    resource,
    name: 'GET /',
    kind: SpanKind.SERVER,
    start_ms: 0,
    end_ms: chance(0.05) ? 6000 : 100,
    attributes: {
      'url.path': pick('/health', '/api', '/metrics', '/buy', '/x'),
      ...(chance(0.1) ? { tenant: pick('acme', 'other') } : {}),
      ...(chance(0.1) ? { 'http.response.status_code': pick(200, 404, 503) } : {}),
    },
  };
  const spans = [madeSpan(root)];
  const children = Math.floor(random() * (chance(0.1) ? 10 : 4));
  for (let child = 0; child < children; child++) {
    spans.push(
      madeSpan({
        traceId: id,
        resource,
        parent: spans[0]?.spanContext().spanId as string,
        kind: pick(SpanKind.INTERNAL, SpanKind.CLIENT),
        start_ms: 10,
        end_ms: chance(0.05) ? 2500 : 50,
        status: chance(0.03) ? 'ERROR' : 'UNSET',
        attributes: {
          ...(chance(0.05) ? { 'gen_ai.operation.name': pick('chat', 'embeddings', 'invoke_agent') } : {}),
          ...(chance(0.05) ? { 'user.tier': pick('gold', 'Platinum', 'none') } : {}),
          ...(chance(0.05) ? { 'feature.flag': pick<string | boolean>(true, false, 'true') } : {}),
        },
        events: chance(0.05) ? ['exception'] : [],
      }),
    );
  }
  return spans.toSorted((a, b) => a.endTime[0] - b.endTime[0] || a.endTime[1] - b.endTime[1]);
}

describe('what is inexact is said', () => {
  test.each([
    ['0.1 llm; keep error', []],
    [
      'keep duration>5s; drop',
      ['note: duration: the Collector compares whole milliseconds and differs at the exact bound'],
    ],
    [
      'keep tokens>1000; drop',
      ['inexact: tokens: the Collector asks each span, it cannot add up the spans of a trace'],
    ],
    ['50/s; drop', ['inexact: an adaptive rate becomes a limit of spans per second, first come, first kept']],
    [
      'keep remote; drop',
      ['impossible: remote: the Collector sees whole traces, not segments; the rule is left out'],
    ],
    [
      'keep tracestate.a=b*; drop',
      ['impossible: tracestate.a: the Collector compares exact values only; the rule is left out'],
    ],
    [
      'keep k~(?=a); drop',
      ['impossible: the regular expression (?=a) uses what RE2 does not know; the rule is left out'],
    ],
    [
      'keep !error k=v; drop',
      [
        'impossible: ! of this condition cannot be combined with others in the Collector; the rule is left out',
      ],
    ],
    ['keep !error; drop', []],
    [
      '0.1 error; keep',
      [
        'inexact: also keeps traces that "0.1 error" has decided before, because that condition cannot be turned round',
      ],
    ],
  ])('%s', (text, expected) => {
    expect(findings(text)).toEqual(expected);
  });
});

test('a lower rate before a higher one is excluded from the later rule', () => {
  const { policies } = toPolicies(rulesOf('0.1 llm; keep error; 0.5'));
  expect(policies.map(({ type }) => type)).toEqual(['and', 'and', 'and']);
  expect(JSON.stringify(policies[1])).toContain('"invert_match":true');
});

test('a list without a default keeps the rest there as here', () => {
  expect(toPolicies(rulesOf('drop error')).policies).toContainEqual({
    name: 'default',
    type: 'always_sample',
  });
});

test('both tiers are valid by the documented schema', () => {
  const { balancer, sampler } = exportCollector(rulesOf(EXACT), { buffer: BUFFER, salt: 'fleet' });
  const tail = parse(sampler).processors.tail_sampling;
  for (const policy of tail.policies) validate(policy);
  expect(new Set(tail.policies.map(({ name }: { name: string }) => name)).size).toBe(tail.policies.length);
  expect(tail).toMatchObject({
    decision_wait: '60000ms',
    decision_wait_after_root_received: '2000ms',
    sample_on_first_match: true,
    drop_pending_traces_on_shutdown: false,
    decision_cache: { sampled_cache_size: 65_536, non_sampled_cache_size: 65_536 },
  });
  expect(sampler.match(/hash_salt: fleet/g)?.length).toBe(7);
  expect(parse(balancer).exporters.loadbalancing.routing_key).toBe('traceID');
  for (const text of [balancer, sampler]) {
    const { service, receivers, exporters, processors = {} } = parse(text);
    const { traces } = service.pipelines;
    for (const name of traces.receivers) expect(receivers).toHaveProperty(name);
    for (const name of traces.exporters) expect(exporters).toHaveProperty(name);
    for (const name of traces.processors ?? []) expect(processors).toHaveProperty(name);
  }
});
