import {
  type Attributes,
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { PrioritySampler, type PrioritySamplerOptions } from '../../samplers/index.ts';
import {
  decisionOf,
  PropagationState,
  propagationStateOf,
  setPropagationState,
  W3CTraceState,
} from '../../src/core/index.ts';
import { SeededIdGenerator } from '../../src/testing/index.ts';
import { EarlyTracerProvider, LeanTracerProvider } from '../../src/tracer/index.ts';
import { FakeHost } from '../samplers/support.ts';

/** Asked as OpenTelemetry asks: a subclass has no shorter way. */
class PlainlyAsked extends PrioritySampler {}

const ratio = (rate: number) => [
  { rate: { kind: 'fixed', rate }, conditions: [], name: 'ratio', coin: 'traceidratio' } as const,
];
const SAMPLERS: [string, PrioritySamplerOptions][] = [
  ['a ratio of 0', { rules: ratio(0) }],
  ['a ratio of 0.4', { rules: ratio(0.4) }],
  ['drop', { rules: 'drop' }],
  ['drop, without rv', { rules: 'drop', rv: false }],
  ['drop, but all is propagated', { rules: 'drop', propagate: 'always' }],
  ['drop, but all is recorded', { rules: 'drop', recordDropped: true }],
  [
    'drop, limited',
    { rules: [{ rate: { kind: 'fixed', rate: 0 }, conditions: [], limited: true }], rateLimit: 1 },
  ],
  ['a share', { rules: '0.4', datadogTags: true }],
  ['by name', { rules: 'drop name=health*; 0.5' }],
  ['by attribute', { rules: 'drop url.path=/health; keep service=cart; drop' }],
  ['by what is known at the end', { rules: 'keep error; drop', tail: true }],
];

const OTHER = createContextKey('other');
function stateOf(fields: Partial<PropagationState>): PropagationState {
  return Object.assign(new PropagationState(fields.traceId), fields);
}
const CONTEXTS: [string, Context][] = [
  ['nothing', ROOT_CONTEXT],
  ['something else', ROOT_CONTEXT.setValue(OTHER, 1)],
  ['a decision to keep, without ids', setPropagationState(ROOT_CONTEXT, stateOf({ priority: 1 }))],
  ['a decision to drop, without ids', setPropagationState(ROOT_CONTEXT, stateOf({ priority: 0 }))],
  [
    'a trace that was left',
    setPropagationState(ROOT_CONTEXT, stateOf({ priority: 2, traceId: 'a'.repeat(32) })),
  ],
  [
    'a span without valid ids',
    trace.setSpanContext(ROOT_CONTEXT, { traceId: '', spanId: '', traceFlags: 0 }),
  ],
];
const ATTRIBUTES: (Attributes | undefined)[] = [
  undefined,
  {},
  { 'url.path': '/health', 'service.name': 'cart' },
  { 'manual.keep': true },
  { 'manual.keep': false },
  { 'manual.drop': 'yes' },
  { 'sampling.priority': 2 },
  { 'sampling.priority': -1 },
  // Not valid, and so not there.
  { 'manual.keep': () => true } as unknown as Attributes,
];
const NAMES = ['health check', 'GET /users'];

const ENGINES = {
  lean: (options: TracerProviderOptions) => new LeanTracerProvider(options),
  sdk: (options: TracerProviderOptions) => new EarlyTracerProvider(options),
};

/** Everything that is said about a span beside its ids. */
function said(traceFlags: number, state: W3CTraceState) {
  const { sampling, ...record } = state.state ?? {};
  return {
    traceFlags,
    text: state.serialize(),
    record,
    sampling: { ...sampling, evaluation: !!sampling?.evaluation },
  };
}

function flagsOf({ decision }: SamplingResult): number {
  return decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
}

describe.each(Object.entries(ENGINES))('%s', (_, create) => {
  test.each(SAMPLERS)('%s: what is said of a trace is what shouldSample says', (_title, options) => {
    const hosts = [new FakeHost(), new FakeHost()] as const;
    const [ours, plain] = hosts.map(({ clock, counters }) => ({ ...options, clock, counters }));
    const tracer = create({ sampler: new PrioritySampler(ours) }).getTracer('test');
    const reference = new PlainlyAsked(plain);
    expect(reference.roots).toBeUndefined();
    for (let round = 0; round < 20; round++) {
      for (const [, context] of CONTEXTS) {
        for (const attributes of ATTRIBUTES) {
          for (const name of NAMES) {
            const span = tracer.startSpan(name, attributes ? { attributes } : {}, context);
            const { traceId, traceFlags, traceState } = span.spanContext();
            // The last of the list is not valid, and samplers are shown what is.
            const shown = typeof attributes?.['manual.keep'] === 'function' ? {} : (attributes ?? {});
            const result = reference.shouldSample(context, traceId, name, SpanKind.INTERNAL, shown);
            expect(said(traceFlags, traceState as W3CTraceState)).toEqual(
              said(flagsOf(result), result.traceState as W3CTraceState),
            );
            expect(span.isRecording()).toBe(result.decision !== SamplingDecision.NOT_RECORD);
          }
        }
      }
    }
    expect(hosts[0].counts).toEqual(hosts[1].counts);
  });

  function rejecting(): Tracer {
    return create({ sampler: new PrioritySampler({ rules: 'drop' }) }).getTracer('test');
  }
  function below(tracer: Tracer, parent: Span): Span {
    return tracer.startSpan('below', {}, trace.setSpan(ROOT_CONTEXT, parent));
  }

  test('children of a rejected span are of its trace, whoever is asked first', () => {
    const tracer = rejecting();
    const root = tracer.startSpan('root');
    const child = below(tracer, root);
    const grandchild = below(tracer, child);
    const last = grandchild.spanContext();
    const spans = [root, child, grandchild].map((span) => span.spanContext());
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
    for (const { traceId, traceState, traceFlags } of spans) {
      expect(traceId).toBe(last.traceId);
      // One record for the whole trace: who changes the decision later changes it for all.
      expect(traceState).toBe(last.traceState);
      expect(traceFlags).toBe(TraceFlags.NONE);
    }
    expect(root.spanContext()).toBe(root.spanContext());
    propagationStateOf(last)?.decide(2, '-4');
    expect(propagationStateOf(root.spanContext())).toMatchObject({ priority: 2, decisionMaker: '-4' });
    expect(decisionOf(last)).toMatchObject({ sampled: false, outcome: 'drop' });
  });

  test('traces that are rejected have ids of their own', () => {
    const tracer = rejecting();
    const one = below(tracer, tracer.startSpan('one'));
    const other = below(tracer, tracer.startSpan('other'));
    expect(one.spanContext().traceId).not.toBe(other.spanContext().traceId);
    expect(one.spanContext().traceState).not.toBe(other.spanContext().traceState);
  });

  test('a child of a rejected span of a trace from elsewhere hands on what came in', () => {
    const tracer = rejecting();
    const traceState = W3CTraceState.parse('other=1');
    const remote = {
      traceId: 'c'.repeat(32),
      spanId: 'd'.repeat(16),
      traceFlags: 0,
      isRemote: true,
      traceState,
    };
    const entry = tracer.startSpan('entry', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    const child = below(tracer, entry).spanContext();
    expect(child).toMatchObject({ traceId: remote.traceId, traceFlags: 0, traceState });
    expect(child.spanId).not.toBe(entry.spanContext().spanId);
  });

  test('ids of a generator that is not ours are made at once and in the order of the SDK', () => {
    const expected = new SeededIdGenerator(1);
    const tracer = create({
      sampler: new PrioritySampler({ rules: 'drop' }),
      idGenerator: new SeededIdGenerator(1),
    }).getTracer('test');
    const spans = [tracer.startSpan('one'), tracer.startSpan('other')].map((span) => span.spanContext());
    for (const { spanId, traceId } of spans.slice(0, 2)) {
      expect(spanId).toBe(expected.generateSpanId());
      expect(traceId).toBe(expected.generateTraceId());
    }
  });

  test('a sampler made from ours is asked about every span', () => {
    class Curious extends PrioritySampler {
      readonly asked: string[] = [];

      override shouldSample(...args: Parameters<PrioritySampler['shouldSample']>): SamplingResult {
        this.asked.push(args[2]);
        return super.shouldSample(...args);
      }
    }
    const sampler = new Curious({ rules: 'drop' });
    const tracer = create({ sampler }).getTracer('test');
    below(tracer, tracer.startSpan('root'));
    expect(sampler.asked).toEqual(['root', 'below']);
  });
});

test('traceidratio keeps the traces that the SDK keeps', () => {
  const ids = new SeededIdGenerator(7);
  for (const share of [0, 1e-12, 0.001, 0.3, 0.999, 1]) {
    const sampler = new PrioritySampler({ rules: ratio(share) });
    const sdk = new TraceIdRatioBasedSampler(share);
    const traces = Array.from({ length: 2_000 }, () => ids.generateTraceId());
    for (const id of [...traces, 'f'.repeat(32), '0'.repeat(32), `${'0'.repeat(31)}1`, 'G'.repeat(32), '']) {
      const { decision } = sampler.shouldSample(ROOT_CONTEXT, id, 's', SpanKind.INTERNAL, {});
      expect([share, id, decision]).toEqual([share, id, sdk.shouldSample(ROOT_CONTEXT, id).decision]);
    }
  }
});
