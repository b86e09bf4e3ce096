import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { parseOt } from '../../../samplers/consistent/ot-member.ts';
import { AgentRateTable, PrioritySampler, type PrioritySamplerOptions } from '../../../samplers/index.ts';
import { compileDatadogRules } from '../../../samplers/rules/datadog-rules.ts';
import { PropagationState, setPropagationState, W3CTraceState } from '../../../src/core/index.ts';
import { FakeHost, rig, seeded, traceId, vectors } from '../support.ts';

type Attributes = Parameters<PrioritySampler['shouldSample']>[4];

function decide(
  options: PrioritySamplerOptions,
  attributes: Attributes = {},
  name = 's',
  id = traceId(seeded(1)),
) {
  const sampler = new PrioritySampler({ datadogTags: true, ...options });
  return sample(sampler, attributes, name, id);
}

function sample(
  sampler: PrioritySampler,
  attributes: Attributes = {},
  name = 's',
  id = traceId(Math.random),
) {
  const result = sampler.shouldSample(ROOT_CONTEXT, id, name, SpanKind.INTERNAL, attributes);
  const traceState = result.traceState as W3CTraceState;
  return { ...result, ot: traceState.get('ot'), state: traceState.state as PropagationState };
}

describe('Datadog rules', () => {
  interface Match {
    desc?: string;
    rules: object[];
    global_rate: number;
    span: { name: string; service: string; resource?: string; tags: Attributes };
    out: { priority: number; rule_psr: number };
  }
  test.each(vectors<Match>('dd_rule_match'))('$id $desc', ({ rules, global_rate, span, out }) => {
    const compiled = compileDatadogRules(JSON.stringify([...rules, { sample_rate: global_rate }]));
    expect(compiled.mistakes).toEqual([]);
    const attributes = { ...span.tags, ...(span.resource ? { 'resource.name': span.resource } : {}) };
    const { state, attributes: tags } = decide(
      { rules: compiled.rules, service: span.service },
      attributes,
      span.name,
    );
    expect(state.priority).toBe(out.priority);
    if (out.priority > 0) expect(tags?.['_dd.rule_psr']).toBe(out.rule_psr);
  });
});

describe('Datadog priorities', () => {
  interface Priority {
    id: string;
    desc: string;
    config: {
      agent_rates?: Record<string, number>;
      sample_rate?: number;
      rate_limit?: number;
      trace_no?: number;
      rules?: object[];
      sequence?: string[];
    };
    tags: Record<string, string | number | null>;
    out: { priority?: number; mechanism?: number; dm?: string | null; agent_psr?: number; ksr?: string };
  }
  const cases = vectors<Priority>('dd_priority');

  test.each(cases.filter(({ config }) => !config.sequence))('$id $desc', ({ config, tags, out }) => {
    const host = new FakeHost();
    const agentRates = new AgentRateTable(host.clock);
    if (config.agent_rates) agentRates.update(config.agent_rates);
    const { rules } = compileDatadogRules(
      JSON.stringify(
        config.rules ?? (config.sample_rate === undefined ? [] : [{ sample_rate: config.sample_rate }]),
      ),
    );
    const sampler = new PrioritySampler({
      rules,
      agentRates,
      service: 'test',
      env: 'test',
      datadogTags: true,
      clock: host.clock,
      ...(config.rate_limit === undefined ? {} : { rateLimit: config.rate_limit }),
    });
    for (let before = 1; before < (config.trace_no ?? 1); before++) sample(sampler);
    // A tag without a value is one the user set to an empty text.
    const attributes = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value ?? '']));
    const result = sample(sampler, attributes);
    if (out.priority !== undefined) expect(result.state.priority).toBe(out.priority);
    if (out.dm !== undefined) expect(result.state.decisionMaker).toBe(out.dm ?? undefined);
    if (out.mechanism !== undefined && (result.state.priority ?? 0) > 0) {
      expect(result.state.decisionMaker).toBe(`-${out.mechanism}`);
    }
    if (out.agent_psr !== undefined) expect(result.attributes?.['_dd.agent_psr']).toBe(out.agent_psr);
    if (out.ksr !== undefined) expect(result.state.tags.get('_dd.p.ksr')).toBe(out.ksr);
  });

  test('dd_priority: keep then drop clears the decision maker', () => {
    const { state } = decide({});
    state.decide(2, '-4');
    expect(state.decisionMaker).toBe('-4');
    state.decide(-1, '-4');
    expect(state).toMatchObject({ priority: -1, decisionMaker: undefined });
  });

  test('dd_priority: a tag set after the decision does not change what is propagated', () => {
    const { start } = rig({});
    const span = start('s');
    span.setAttribute('sampling.priority', 2);
    const { state } = span.spanContext().traceState as W3CTraceState;
    expect(state).toMatchObject({ priority: 1, decisionMaker: '-0' });
  });

  test('the mechanism of a rejected trace shows in its rate', () => {
    const { state, attributes, decision } = decide({ rules: 'drop', recordDropped: true });
    expect(decision).toBe(SamplingDecision.RECORD);
    expect(state).toMatchObject({ priority: -1, decisionMaker: undefined });
    expect(attributes).toEqual({ '_dd.rule_psr': 0 });
  });
});

test.each(vectors<{ old: number; target: number; sequence: number[] }>('dd_agent_rate_ramp'))(
  '$id: an agent rate rises by two per answer',
  ({ old, target, sequence }) => {
    const host = new FakeHost();
    const rates = new AgentRateTable(host.clock);
    rates.update({ 'service:a,env:b': old });
    const seen = [rates.rateFor('a', 'b')];
    while (seen.length < sequence.length) {
      host.advance(1000);
      rates.update({ 'service:a,env:b': target });
      seen.push(rates.rateFor('a', 'b'));
    }
    expect(seen).toEqual(sequence);
    rates.update({ 'service:a,env:b': 0.05 });
    expect(rates.rateFor('a', 'b')).toBe(0.05);
  },
);

describe('ot in trace state, as Datadog tracers write it', () => {
  interface Case {
    desc: string;
    in: {
      traceparent?: string;
      tracestate?: string;
      local_rate: number;
      root?: boolean;
      manual?: string;
      dd_trace_id?: string;
    };
    out: { ot: Record<string, string> | null; sampled?: boolean; priority?: number };
  }

  test.each(vectors<Case>('dd_otel_tracestate'))('$id $desc', ({ in: given, out }) => {
    const sampler = new PrioritySampler({ rules: String(given.local_rate) });
    const attributes = given.manual ? { [`manual.${given.manual}`]: 'true' } : {};
    const low64 = given.dd_trace_id && BigInt(given.dd_trace_id).toString(16).padStart(32, '0');
    const [, id = low64 || traceId(seeded(1)), spanId = '', flags] = given.traceparent?.split('-') ?? [];
    let context = ROOT_CONTEXT;
    if (given.traceparent) {
      context = trace.setSpanContext(context, {
        traceId: id,
        spanId,
        isRemote: true,
        traceFlags: Number(flags),
        traceState: W3CTraceState.parse(given.tracestate ?? ''),
      });
    }
    const result = sampler.shouldSample(context, id, 's', SpanKind.SERVER, attributes);
    const traceState = result.traceState ?? trace.getSpanContext(context)?.traceState;
    const ot = traceState?.get('ot');
    const { rv, th, extra } = parseOt(ot ?? '');
    const fields = Object.fromEntries(extra.map((field) => field.split(':')));
    const found = { ...fields, ...(rv ? { rv } : {}), ...(th ? { th } : {}) };
    expect(ot === undefined ? null : found).toEqual(out.ot);
    if (out.sampled !== undefined) {
      expect(result.decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(out.sampled);
    }
    if (out.priority !== undefined) {
      expect((traceState as W3CTraceState).state?.priority).toBe(out.priority);
    }
  });
});

describe('the cases of the OpenTelemetry composite samplers', () => {
  interface Case {
    id: string;
    desc: string;
    sampler: string;
    parent: { trace_id: string; sampled: boolean; th: string | null; rv: string | null };
    out: { sampled: boolean; th: string | null; rv: string | null };
  }
  const RULES: Record<string, PrioritySamplerOptions> = {
    always_on: { rules: 'keep', parent: 'ignore', rv: false },
    always_off: { rules: 'drop', parent: 'ignore', rv: false },
    'parent_threshold(always_on)': { rules: 'keep' },
    'probability(0.5)': { rules: '0.5', parent: 'ignore' },
  };

  test.each(vectors<Case>('otel_composite'))('$id $desc', ({ sampler, parent, out }) => {
    const ot = [parent.rv && `rv:${parent.rv}`, parent.th && `th:${parent.th}`].filter(Boolean).join(';');
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: parent.trace_id,
      spanId: '00f067aa0ba902b7',
      isRemote: true,
      traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      ...(ot ? { traceState: W3CTraceState.parse(`ot=${ot}`) } : {}),
    });
    const options = RULES[sampler];
    expect(options).toBeDefined();
    const result = new PrioritySampler(options).shouldSample(
      context,
      parent.trace_id,
      's',
      SpanKind.SERVER,
      {},
    );
    expect(result.decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(out.sampled);
    const { rv, th } = parseOt(
      (result.traceState ?? trace.getSpanContext(context)?.traceState)?.get('ot') ?? '',
    );
    expect({ rv: rv ?? null, th: th ?? null }).toEqual({ rv: out.rv, th: out.th });
  });
});

describe('what comes in', () => {
  const id = traceId(seeded(7));
  const parent = (flags: number, tracestate = '', state?: PropagationState) => {
    const traceState = W3CTraceState.parse(tracestate).withState(state);
    const spanContext = {
      traceId: id,
      spanId: '00f067aa0ba902b7',
      isRemote: true,
      traceFlags: flags,
      traceState,
    };
    return setPropagationState(trace.setSpanContext(ROOT_CONTEXT, spanContext), state);
  };

  test('a remote parent is followed and its trace state is left alone', () => {
    const sampler = new PrioritySampler({ rules: 'drop' });
    expect(sampler.shouldSample(parent(1, 'a=b,ot=th:8'), id, 's', SpanKind.SERVER, {})).toEqual({
      decision: SamplingDecision.RECORD_AND_SAMPLED,
    });
    const keeper = new PrioritySampler({ rules: 'keep' });
    expect(keeper.shouldSample(parent(0), id, 's', SpanKind.SERVER, {})).toEqual({
      decision: SamplingDecision.NOT_RECORD,
    });
  });

  test('a deferred decision is taken as for a root, with the ids and tags that came in', () => {
    const state = new PropagationState(id);
    state.origin = 'rum';
    const result = new PrioritySampler({ rules: 'keep' }).shouldSample(
      parent(0, 'a=b', state),
      id,
      's',
      SpanKind.SERVER,
      {},
    );
    expect(result.decision).toBe(SamplingDecision.RECORD_AND_SAMPLED);
    const traceState = result.traceState as W3CTraceState;
    expect(traceState.serialize()).toMatch(/^ot=rv:[0-9a-f]{14};th:0,a=b$/);
    expect(traceState.state).toMatchObject({ priority: 2, decisionMaker: '-3', origin: 'rum' });
    expect(state.priority).toBeUndefined();
  });

  test('a decision without ids holds for the new trace', () => {
    const state = new PropagationState(undefined);
    state.priority = 0;
    const result = new PrioritySampler({ rules: 'keep' }).shouldSample(
      setPropagationState(ROOT_CONTEXT, state),
      id,
      's',
      SpanKind.SERVER,
      {},
    );
    expect(result.decision).toBe(SamplingDecision.NOT_RECORD);
  });

  test('children cost nothing: they get what their parent has', () => {
    const { start, exported } = rig({ SIGNALBOX_SAMPLING_RULES: '0.5' });
    for (let trace = 0; trace < 50; trace++) {
      const root = start('root');
      const child = start('child', {}, root);
      expect(child.spanContext().traceFlags).toBe(root.spanContext().traceFlags);
      expect(child.spanContext().traceState).toBe(root.spanContext().traceState);
      child.end();
      root.end();
    }
    const byTrace = Map.groupBy(exported(), (span) => span.spanContext().traceId);
    expect([...byTrace.values()].every((spans) => spans.length === 2)).toBe(true);
    expect(byTrace.size).toBeGreaterThan(10);
    expect(byTrace.size).toBeLessThan(40);
  });
});

test('dd_lazy_decision: differs by design, the decision is taken at the start and not at the first inject', () => {
  const [one] = vectors<{ rules: object[] }>('dd_lazy_decision');
  const { start } = rig({ DD_TRACE_SAMPLING_RULES: JSON.stringify(one?.rules) });
  const span = start('s', { attributes: { tag0: 'val0' } });
  // tag0 matches the last rule for certain; the rules before it are still open.
  expect((span.spanContext().traceState as W3CTraceState).state?.priority).toBe(-1);
  expect(span.isRecording()).toBe(true);
});
