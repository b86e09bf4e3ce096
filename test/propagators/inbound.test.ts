/** What the sampler and the processor do with what came in. */
import {
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  createIdGenerator,
  InboundContextProcessor,
  InboundDecisionSampler,
} from '../../propagators/index.ts';
import { PrioritySampler } from '../../samplers/index.ts';
import { decisionOf, propagationStateOf, W3CTraceState } from '../../src/core/index.ts';
import { ofStyles, splitTraceState } from './support/propagators.ts';

const TRACE = '640cfd8d00000000abcdefab12345678';
const SPAN = '1234567890123456';
const OTHER = '2'.repeat(32);
const on = new ParentBasedSampler({ root: new AlwaysOnSampler() });
const off = new ParentBasedSampler({ root: new AlwaysOffSampler() });

function tracerOf(sampler: Sampler, baggageTagKeys?: string[]) {
  const processor = new InboundContextProcessor(baggageTagKeys ? { baggageTagKeys } : {});
  return new TracerProvider({
    sampler: new InboundDecisionSampler(sampler),
    spanProcessors: [processor],
  }).getTracer('t');
}

const extracted = (styles: string, headers: Record<string, string>, behavior?: 'restart'): Context =>
  ofStyles(styles, styles, behavior ? { behavior } : {}).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

const read = (span: Span): ReadableSpan => span as unknown as ReadableSpan;

function sentBy(span: Span, context: Context, styles = 'datadog,tracecontext'): Record<string, string> {
  const carrier: Record<string, string> = {};
  ofStyles(styles).inject(trace.setSpan(context, span), carrier, defaultTextMapSetter);
  return carrier;
}

const DEFERRED = [
  ['datadog', { 'x-datadog-trace-id': '1', 'x-datadog-parent-id': '2' }],
  ['b3', { b3: `${TRACE}-${SPAN}` }],
] as const;

describe.each(DEFERRED)('a %s caller that has not decided', (style, headers) => {
  test.each([
    ['keep', on, '1'],
    ['drop', off, '0'],
  ])('leaves it to the sampler for roots: %s', (_, sampler, priority) => {
    const context = extracted(style, headers);
    const span = tracerOf(sampler).startSpan('server', {}, context);
    expect(span.spanContext().traceId).toBe(trace.getSpanContext(context)?.traceId);
    expect(sentBy(span, context)['x-datadog-sampling-priority']).toBe(priority);
  });

  test('is the parent all the same', () => {
    const context = extracted(style, headers);
    const span = tracerOf(on).startSpan('server', {}, context);
    expect(read(span).parentSpanContext?.spanId).toBe(trace.getSpanContext(context)?.spanId);
  });
});

test.each([
  ['0', on, 0],
  ['1', off, 1],
  ['d', off, 1],
])('the B3 decision %s without ids is followed', (b3, sampler, sampled) => {
  const tracer = tracerOf(sampler);
  const context = extracted('b3', { b3 });
  const root = tracer.startSpan('server', {}, context);
  const inside = trace.setSpan(context, root);
  const child = tracer.startSpan('child', {}, inside);
  for (const span of [root, child]) expect(span.spanContext().traceFlags).toBe(sampled);
  expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
  expect(sentBy(child, inside, 'b3').b3).toMatch(new RegExp(`-${b3}$`));
  expect(sentBy(child, inside).traceparent?.slice(-2)).toBe(`0${2 + sampled}`);
  // Another trace that starts in the same Context is its own.
  const other = tracer.startSpan('other', { root: true }, inside);
  expect(propagationStateOf(other.spanContext())?.debug ?? false).toBe(false);
});

test('inject notes that it has sent the flag of a trace that is sampled here, and no other', () => {
  for (const [rules, flag] of [
    ['keep', true],
    ['drop', false],
  ] as const) {
    const tracer = tracerOf(new PrioritySampler({ rules }));
    for (const styles of ['datadog', 'tracecontext', 'b3', 'datadog,tracecontext']) {
      const span = tracer.startSpan('root');
      expect(decisionOf(span.spanContext())?.sent ?? false).toBe(false);
      sentBy(span, suppressTracing(ROOT_CONTEXT), styles);
      expect(decisionOf(span.spanContext())?.sent ?? false).toBe(false);
      expect(Object.keys(sentBy(span, ROOT_CONTEXT, styles))).not.toEqual([]);
      expect(decisionOf(span.spanContext())?.sent ?? false).toBe(flag);
    }
  }
});

test('a decision that is there is followed, and its state reaches every child', () => {
  const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'dd=s:2;o:rum;t.dm:-4,foo=1' };
  const context = extracted('tracecontext', headers);
  const tracer = tracerOf(off);
  const server = tracer.startSpan('server', {}, context);
  // A Context that holds nothing but the span.
  const bare = trace.setSpan(
    ROOT_CONTEXT,
    tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, server)),
  );
  const grandchild = tracer.startSpan('grandchild', {}, bare);
  const { dd, others } = splitTraceState(sentBy(grandchild, bare).tracestate);
  expect(dd).toMatchObject({ s: '2', o: 'rum', 't.dm': '-4', p: grandchild.spanContext().spanId });
  expect(others).toEqual(['foo=1']);
});

test.each([
  [
    'a state of its own class',
    (state: W3CTraceState) => createTraceState(state.set('ot', 'th:8').serialize()),
  ],
  ['ours', (state: W3CTraceState) => state.set('ot', 'th:8')],
])('a sampler that returns %s loses nothing', (_, change) => {
  const sampler: Sampler = {
    shouldSample: (context) => {
      const parent = W3CTraceState.from(trace.getSpanContext(context)?.traceState);
      return { decision: 2, traceState: change(parent) };
    },
    toString: () => 'th',
  };
  for (const headers of [{ 'x-datadog-sampling-priority': '2' }, {}]) {
    const both = {
      'x-datadog-trace-id': '1',
      'x-datadog-parent-id': '2',
      'x-datadog-origin': 'rum',
      ...headers,
    };
    const context = extracted('datadog', both);
    const span = tracerOf(sampler).startSpan('server', {}, context);
    expect(propagationStateOf(span.spanContext())?.origin).toBe('rum');
    expect(splitTraceState(sentBy(span, context).tracestate).others).toEqual(['ot=th:8']);
    const child = tracerOf(sampler).startSpan('child', {}, trace.setSpan(context, span));
    expect(propagationStateOf(child.spanContext())?.origin).toBe('rum');
  }
});

test('members of the caller survive a sampler that could not see them', () => {
  const sampler: Sampler = {
    shouldSample: () => ({ decision: 2, traceState: createTraceState('ot=th:8') }),
    toString: () => 'blind',
  };
  const headers = { b3: `${TRACE}-${SPAN}`, traceparent: 'broken', tracestate: 'foo=1' };
  const remote = trace.getSpanContext(extracted('b3', headers));
  const traceState = W3CTraceState.from(remote?.traceState).set('foo', '1');
  const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceState } as never);
  const span = tracerOf(sampler).startSpan('server', {}, context);
  expect(span.spanContext().traceState?.serialize()).toBe('ot=th:8,foo=1');
});

test('of a parent that other code extracted the random bit is only passed on', () => {
  for (const [traceFlags, sent] of [
    [1, '01'],
    [3, '03'],
  ] as const) {
    const remote = { traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true };
    const context = trace.setSpanContext(ROOT_CONTEXT, remote);
    const span = tracerOf(on).startSpan('server', {}, context);
    expect(sentBy(span, context).traceparent?.slice(-2)).toBe(sent);
  }
});

describe('the local root', () => {
  const conflicting = {
    'x-datadog-trace-id': '1',
    'x-datadog-parent-id': '2',
    'x-datadog-sampling-priority': '1',
    traceparent: `00-${OTHER}-${SPAN}-01`,
  };

  test('links to the contexts that came along, its children do not', () => {
    const context = extracted('datadog,tracecontext', conflicting);
    const tracer = tracerOf(on);
    const root = tracer.startSpan('server', {}, context);
    expect(read(root).links).toMatchObject([
      {
        context: { traceId: OTHER, spanId: SPAN },
        attributes: { reason: 'terminated_context', context_headers: 'tracecontext' },
      },
    ]);
    expect(read(tracer.startSpan('child', {}, trace.setSpan(context, root))).links).toEqual([]);
    // Two spans made from one carrier, as for a batch: both are local roots.
    expect(read(tracer.startSpan('second', {}, context)).links).toHaveLength(1);
  });

  test('restart: a new trace that links to the caller, once, and keeps baggage', () => {
    const headers = { ...conflicting, baggage: 'user.id=7' };
    const context = extracted('datadog,tracecontext,baggage', headers, 'restart');
    const tracer = tracerOf(on);
    const root = tracer.startSpan('server', {}, context);
    expect(root.spanContext().traceId).not.toBe('1'.padStart(32, '0'));
    expect(read(root).parentSpanContext).toBeUndefined();
    expect(read(root).links).toMatchObject([
      { context: { spanId: '0000000000000002' }, attributes: { reason: 'propagation_behavior_extract' } },
    ]);
    const inside = trace.setSpan(context, root);
    expect(read(tracer.startSpan('other', { root: true }, inside)).links).toEqual([]);
    expect(propagation.getBaggage(inside)?.getEntry('user.id')?.value).toBe('7');
    expect(sentBy(root, inside).traceparent?.slice(-2)).toBe('03');
  });

  test('continues a trace without a parent', () => {
    const headers = {
      'x-datadog-trace-id': '1234567890',
      'x-datadog-parent-id': '0',
      'x-datadog-sampling-priority': '1',
      'x-datadog-origin': 'synthetics',
    };
    const context = extracted('datadog', headers);
    const tracer = tracerOf(on);
    const root = tracer.startSpan('server', {}, context);
    expect(read(root).parentSpanContext).toBeUndefined();
    expect(root.spanContext().traceId).toBe('000000000000000000000000499602d2');
    const child = tracer.startSpan('child', {}, trace.setSpan(context, root));
    expect(read(child).parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    const sent = sentBy(child, context);
    expect(sent).toMatchObject({ 'x-datadog-trace-id': '1234567890', 'x-datadog-origin': 'synthetics' });
    expect(sent['x-datadog-parent-id']).toBe(String(BigInt(`0x${child.spanContext().spanId}`)));
  });

  test.each([
    [undefined, { 'baggage.user.id': '7' }],
    [['*'], { 'baggage.user.id': '7', 'baggage.tenant': 'acme' }],
    [['tenant', 'absent'], { 'baggage.tenant': 'acme' }],
    [[], {}],
  ])('gets attributes from baggage: keys %j', (keys, attributes) => {
    const context = extracted('tracecontext,baggage', {
      baggage: 'user.id=7,tenant=acme',
      traceparent: `00-${TRACE}-${SPAN}-01`,
    });
    const tracer = tracerOf(on, keys);
    const root = tracer.startSpan('server', {}, context);
    expect(read(root).attributes).toEqual(attributes);
    expect(read(tracer.startSpan('child', {}, trace.setSpan(context, root))).attributes).toEqual({});
  });
});

test('new trace ids have 128 bits, or 64 on demand', () => {
  const long = createIdGenerator({ traceId128: true });
  const short = createIdGenerator({ traceId128: false });
  expect(long.generateTraceId()).toMatch(/^(?!0{16})[0-9a-f]{32}$/);
  expect(short.generateTraceId()).toMatch(/^0{16}(?!0{16})[0-9a-f]{16}$/);
  expect(short.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
  expect(short.generateTraceId()).not.toBe(short.generateTraceId());
});
