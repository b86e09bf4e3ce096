/**
 * The cases of the Collector's own tests, given to rules that say the same, and to the model of the
 * Collector that judges our export.
 */
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { explainTraces, parseRules } from '../../../samplers/index.ts';
import { TokenBucket } from '../../../samplers/rates/token-bucket.ts';
import { FakeHost, rig, seeded, traceId, vectors } from '../support.ts';
import { type AnyPolicy, collectorShare, policyShare } from './collector.ts';
import { type Made, madeSpan } from './made-span.ts';

interface Case {
  desc?: string;
  policy: AnyPolicy;
  trace: { resource?: Made['resource']; spans?: Made[]; batches?: number[] };
  decision?: string;
  config_error?: boolean;
}

function spansOf({ resource = {}, spans, batches }: Case['trace']): ReadableSpan[] {
  const made: Made[] = spans ?? Array.from({ length: batches?.reduce((a, b) => a + b, 0) ?? 0 }, () => ({}));
  return made.map((one, at) =>
    madeSpan({ resource, ...(at === 0 ? {} : { parent: '00000000000000aa' }), ...one }),
  );
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\')}"`;

/** Conditions that say what a policy says. */
function conditions(policy: AnyPolicy): string {
  const body = policy[policy.type] ?? {};
  const turn = body.invert_match ? '!' : '';
  switch (policy.type) {
    case 'string_attribute':
      if (body.enabled_regex_matching) return `${turn}${body.key}~${body.values.join('|')}`;
      return `${turn}${body.key}=${body.values.map(quoted).join('|')}`;
    case 'numeric_attribute':
      return `${turn}${body.key}=${body.min_value}..${body.max_value}`;
    case 'boolean_attribute':
      return `${turn}${body.key}=${body.value}`;
    case 'status_code':
      return `status=${body.status_codes.join('|').toLowerCase()}`;
    case 'latency':
      return `duration>=${body.threshold_ms}ms`;
    case 'span_count':
      return `spans>=${body.min_spans}${body.max_spans ? ` spans<=${body.max_spans}` : ''}`;
    case 'trace_state':
      return `tracestate.${body.key}=${body.values.map(quoted).join('|')}`;
    default:
      return policy.sub_policies.map(conditions).join(' ');
  }
}

function ours(rules: string, spans: ReadableSpan[]): boolean {
  const parsed = parseRules(rules);
  expect(parsed.errors).toEqual([]);
  return explainTraces(parsed.rules, new Map([['t', spans]]))[0]?.keep === true;
}

describe.each([
  'tail_string_attribute',
  'tail_numeric_attribute',
  'tail_boolean_attribute',
  'tail_status_code',
  'tail_latency',
  'tail_span_count',
  'tail_trace_state',
  'tail_and',
  'tail_drop',
])('%s', (group) => {
  test.each(vectors<Case>(group))('$id $desc', ({ policy, trace, decision, config_error }) => {
    const body = policy[policy.type];
    if (config_error || body?.values?.length === 0) {
      // An empty list: the Collector refuses it or never matches; a rule cannot be written like that.
      expect(
        parseRules(`keep ${policy.type === 'status_code' ? 'status=' : 'example='}`).errors,
      ).toHaveLength(1);
      return;
    }
    const spans = spansOf(trace);
    if (policy.type === 'drop') {
      expect(ours(`drop ${conditions(policy)}; keep`, spans)).toBe(decision !== 'dropped');
      return;
    }
    expect(ours(`keep ${conditions(policy)}; drop`, spans)).toBe(decision === 'sampled');
    const native = policy.sub_policies
      ? { type: 'and', and: { and_sub_policy: policy.sub_policies } }
      : policy;
    expect(policyShare(native, spans)).toBe(decision === 'sampled' ? 1 : 0);
  });
});

test.each(vectors<Case>('tail_trace_flags'))('$id: the flag of a remote parent', ({ trace, decision }) => {
  expect(policyShare({ type: 'trace_flags' }, spansOf(trace))).toBe(decision === 'sampled' ? 1 : 0);
  const parent = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1, isRemote: true };
  const [span] = spansOf(trace);
  expect(ours('keep sampled; drop', [{ ...(span as ReadableSpan), parentSpanContext: parent }])).toBe(true);
});

test.each(
  vectors<{ policy: AnyPolicy; random_traces: number; expected_percent: number }>('tail_probabilistic'),
)('$id: $expected_percent percent', ({ policy, random_traces, expected_percent }) => {
  const { sampling_percentage } = policy.probabilistic;
  if (sampling_percentage < 0) {
    // A share below nothing is a mistake, not a drop.
    expect(parseRules(String(sampling_percentage / 100)).errors).toHaveLength(1);
    return;
  }
  const { sampler } = rig({ SIGNALBOX_SAMPLING_RULES: String(sampling_percentage / 100) });
  const random = seeded(11);
  let kept = 0;
  for (let trace = 0; trace < random_traces; trace++) {
    if (sampler.shouldSample(EMPTY, traceId(random), 's', 0, {}, []).decision === 2) kept++;
  }
  const sigma = Math.sqrt((expected_percent * (100 - expected_percent)) / random_traces);
  expect(Math.abs((kept / random_traces) * 100 - expected_percent)).toBeLessThanOrEqual(5 * sigma);
});

const EMPTY = { getValue: () => undefined, setValue: () => EMPTY, deleteValue: () => EMPTY } as Parameters<
  ReturnType<typeof rig>['sampler']['shouldSample']
>[0];

test.each(vectors<{ decision: string; sub_decision: string }>('tail_not'))(
  '$id',
  ({ sub_decision, decision }) => {
    // "unspecified" is an error inside the Collector; a condition of ours is true or false.
    if (sub_decision === 'unspecified') return expect(decision).toBe('unspecified');
    expect(ours('keep !k=v; drop', [madeSpan({ attributes: { k: 'v' } })])).toBe(false);
    expect(ours('keep !k=v; drop', [madeSpan({})])).toBe(true);
  },
);

test.each(vectors<{ same_second_span_counts: number[]; decisions: string[] }>('tail_rate_limiting'))(
  '$id: differs by one, our limit may be used up to the last span',
  ({ same_second_span_counts, decisions }) => {
    const bucket = new TokenBucket(3, new FakeHost().clock);
    const found = same_second_span_counts.map((spans) => (bucket.take(spans) ? 'sampled' : 'not_sampled'));
    // The Collector's old limiter admitted only what stays below the limit: 3 of 3 were refused.
    expect(decisions).toEqual(['not_sampled', 'not_sampled', 'sampled', 'sampled']);
    expect(found).toEqual(['not_sampled', 'sampled', 'not_sampled', 'sampled']);
  },
);

interface Bytes {
  policy: AnyPolicy;
  traces_at_once: number;
  decisions: string[];
}
test.each(vectors<Bytes>('tail_bytes_limiting'))(
  '$id: the same bucket, asked in bytes',
  ({ policy, traces_at_once, decisions }) => {
    const size = 1000;
    const amount = (text: string) =>
      ({ S: size, 'S/2': size / 2, '2S': 2 * size, 'S-1': size - 1, 'S+1': size + 1 })[text] ?? Number.NaN;
    const { bytes_per_second, burst_capacity } = policy.bytes_limiting;
    const bucket = new TokenBucket(amount(bytes_per_second), new FakeHost().clock, amount(burst_capacity));
    const found = Array.from({ length: traces_at_once }, () =>
      bucket.take(size) ? 'sampled' : 'not_sampled',
    );
    expect(found).toEqual(decisions);
  },
);

interface Composite {
  desc: string;
  sub_policies: { policy: AnyPolicy; spans_per_second: number }[];
  steps: { t: number; tag: number | null; n: number; decision: string }[];
}
test.each(vectors<Composite>('tail_composite'))('$id $desc', ({ sub_policies, steps }) => {
  const rules = sub_policies.map(({ policy, spans_per_second }) => {
    const when = policy.type === 'always_sample' ? '' : conditions(policy);
    return `<=${spans_per_second}/s ${when}`;
  });
  // A list without a default keeps the rest, the Collector drops it.
  const r = rig({ SIGNALBOX_SAMPLING_RULES: `${rules.join('; ')}; drop` });
  let now = 0;
  for (const { t, tag, n, decision } of steps) {
    r.host.advance((t - now) * 1000);
    now = t;
    r.reset();
    const root = r.start('root', tag === null ? {} : { attributes: { tag } });
    const isHead = root.spanContext().traceFlags === 1;
    for (let span = 1; span < n; span++) r.start('child', {}, root).end();
    root.end();
    // At the head the number of spans is not known: the trace that passes may overdraw the limit.
    expect([decision, isHead ? 'sampled' : decision]).toContain(
      r.exported().length > 0 ? 'sampled' : 'not_sampled',
    );
  }
});

interface Precedence {
  desc: string;
  policy_decisions: string[];
  exported: boolean;
}
test.each(vectors<Precedence>('tail_precedence'))('$id $desc', ({ policy_decisions, exported }) => {
  const rank = ['dropped', 'invert_not_sampled', 'sampled', 'not_sampled'];
  // Collector: by rank, whatever the order. Ours: the first in the list, so the same in that order.
  const rules = policy_decisions
    .toSorted((a, b) => rank.indexOf(a) - rank.indexOf(b))
    .map((decision) => (decision === 'sampled' ? 'keep k=v' : 'drop k=v'));
  expect(ours(`${rules.join('; ')}; drop`, [madeSpan({ attributes: { k: 'v' } })])).toBe(exported);
  const native = policy_decisions.map((decision): AnyPolicy => {
    const hit = { type: 'string_attribute', string_attribute: { key: 'k', values: ['v'] } };
    return decision === 'sampled' ? hit : { type: 'drop', drop: { drop_sub_policy: [hit] } };
  });
  expect(collectorShare(native, [madeSpan({ attributes: { k: 'v' } })])).toBe(exported ? 1 : 0);
});

describe('tail_lifecycle', () => {
  const cases = new Map(
    vectors<{ desc: string; steps: string[] }>('tail_lifecycle').map((one) => [one.id, one.steps]),
  );

  test('late spans inherit, they are not judged again', () => {
    expect(cases.get('tail_lifecycle-001')).toContain('span2 => dropped');
    const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; drop' });
    const root = r.start('root');
    const late = r.start('late', {}, root);
    root.end();
    r.host.advance(2500);
    late.setStatus({ code: 2 }).end();
    expect(r.exported()).toEqual([]);
    expect(r.host.total('signalbox.sampling.traces')).toBe(1);
  });

  test('differs: drop rules do not jump the queue, the list is the order', () => {
    expect(cases.get('tail_lifecycle-005')).toEqual(['policies=[keep, drop]', 'order=[drop, keep]']);
    const spans = [madeSpan({ attributes: { k: 'v' } })];
    expect(ours('keep k=v; drop k=v; drop', spans)).toBe(true);
    expect(ours('drop k=v; keep k=v; drop', spans)).toBe(false);
  });

  test('sampled by a later span releases all', () => {
    expect(cases.get('tail_lifecycle-007')).toContain('2 spans exported');
    const r = rig({ SIGNALBOX_SAMPLING_RULES: 'keep error; drop' });
    const root = r.start('root');
    r.start('span1', {}, root).end();
    expect(r.exported()).toEqual([]);
    root.setStatus({ code: 2 }).end();
    expect(r.exported()).toHaveLength(2);
  });

  test('shutdown decides on partial data, or drops', async () => {
    expect(cases.get('tail_lifecycle-009')).toEqual(['span1', 'shutdown']);
    for (const [shutdown, expected] of [
      ['decide', 1],
      ['drop', 0],
    ] as const) {
      const r = rig({
        SIGNALBOX_SAMPLING_RULES: 'keep spans<9; drop',
        SIGNALBOX_SAMPLING_BUFFER_SHUTDOWN: shutdown,
      });
      r.start('span1', {}, r.start('root')).end();
      await r.provider.shutdown();
      expect(r.exported()).toHaveLength(expected);
    }
  });
});
