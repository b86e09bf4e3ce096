import {
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { DatadogPropagator, W3CPropagator } from '../../../propagators/index.ts';
import { parseOt } from '../../../samplers/consistent/ot-member.ts';
import { decisionOf, PropagationState, W3CTraceState } from '../../../src/core/index.ts';
import { rig as makeRig, type Rig, vectors } from '../../samplers/support.ts';

const rules = (text: string, more: Record<string, string> = {}) =>
  makeRig({ SIGNALBOX_SAMPLING_RULES: text, ...more });

/** Ends a span in the given state. */
function end(span: Span, { error = false, after }: { error?: boolean; after?: number } = {}): void {
  if (error) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(after);
}

const stateOf = (span: ReadableSpan | undefined) =>
  (span?.spanContext().traceState as W3CTraceState | undefined)?.state;

const names = (spans: readonly ReadableSpan[]) => spans.map(({ name }) => name);

describe('every form of rule, on real traces', () => {
  const KEPT = true;
  const LOST = false;
  type Build = (r: Rig) => void;
  const traceOf =
    (change: (root: Span, child: Span) => void, options: Parameters<Rig['start']>[1] = {}): Build =>
    (r) => {
      const root = r.start('GET /a', { kind: SpanKind.SERVER, ...options });
      const child = r.start('db', { kind: SpanKind.INTERNAL }, root);
      change(root, child);
      child.end();
      root.end();
    };
  const nothing = traceOf(() => {});
  const failing = traceOf((_, child) => child.setStatus({ code: SpanStatusCode.ERROR }));
  const lasting =
    (milliseconds: number): Build =>
    (r) => {
      const root = r.start('GET /a', { startTime: 1_700_000_000_000 });
      root.end(1_700_000_000_000 + milliseconds);
    };
  const calling = (attributes: Record<string, string | number>): Build =>
    traceOf((_, child) => child.setAttributes({ 'gen_ai.operation.name': 'chat', ...attributes }));

  test.each<[string, Build, boolean]>([
    ['keep error; drop', failing, KEPT],
    ['keep error; drop', nothing, LOST],
    ['keep !error; drop', nothing, KEPT],
    ['keep !error; drop', failing, LOST],
    ['keep duration>5s; drop', lasting(5001), KEPT],
    ['keep duration>5s; drop', lasting(5000), LOST],
    ['keep duration>=5s; drop', lasting(5000), KEPT],
    ['keep duration<1s; drop', lasting(999), KEPT],
    ['keep duration<1s; drop', lasting(1000), LOST],
    ['keep duration=5s..10s; drop', lasting(7000), KEPT],
    ['keep duration=5s..10s; drop', lasting(11_000), LOST],
    ['keep span.duration>5s; drop', lasting(6000), KEPT],
    [
      'keep tokens>1000; drop',
      calling({ 'gen_ai.usage.input_tokens': 900, 'gen_ai.usage.output_tokens': 101 }),
      KEPT,
    ],
    [
      'keep tokens>1000; drop',
      calling({ 'gen_ai.usage.input_tokens': 900, 'gen_ai.usage.output_tokens': 100 }),
      LOST,
    ],
    ['keep tokens>1000; drop', calling({ 'gen_ai.usage.total_tokens': 2000 }), KEPT],
    ['keep llm; drop', calling({}), KEPT],
    ['keep llm; drop', nothing, LOST],
    [
      'keep agent; drop',
      traceOf((_, child) => child.setAttribute('gen_ai.operation.name', 'invoke_agent')),
      KEPT,
    ],
    ['keep agent; drop', calling({}), LOST],
    ['keep spans>=2; drop', nothing, KEPT],
    ['keep spans>=3; drop', nothing, LOST],
    ['keep spans<3; drop', nothing, KEPT],
    ['keep status=ok; drop', traceOf((_, child) => child.setStatus({ code: SpanStatusCode.OK })), KEPT],
    ['keep status=ok; drop', nothing, LOST],
    ['keep event=exception; drop', traceOf((_, child) => child.recordException(new Error('x'))), KEPT],
    ['keep event; drop', nothing, LOST],
    ['keep user.tier=gold; drop', traceOf((_, child) => child.setAttribute('user.tier', 'Gold')), KEPT],
    ['keep user.tier=gold; drop', traceOf((_, child) => child.setAttribute('user.tier', 'goldfish')), LOST],
    ['keep root.user.tier=gold; drop', traceOf((_, child) => child.setAttribute('user.tier', 'gold')), LOST],
    ['keep root.user.tier=gold; drop', traceOf((root) => root.setAttribute('user.tier', 'gold')), KEPT],
    ['keep user.id; drop', traceOf((_, child) => child.setAttribute('user.id', 7)), KEPT],
    [
      'keep http.response.status_code>=500; drop',
      traceOf((root) => root.setAttribute('http.response.status_code', 503)),
      KEPT,
    ],
    [
      'keep http.response.status_code=500..599; drop',
      traceOf((root) => root.setAttribute('http.response.status_code', 404)),
      LOST,
    ],
    ['keep k~^a+$; drop', traceOf((root) => root.setAttribute('k', 'aaa')), KEPT],
    ['keep {error name=db}; drop', failing, KEPT],
    ['keep {error name=GET*}; drop', failing, LOST],
    ['keep {!error name=GET*}; drop', failing, KEPT],
    ['keep error spans>=2; drop', failing, KEPT],
    ['keep error spans>=3; drop', failing, LOST],
    ['keep name=get*; drop', nothing, KEPT],
    ['keep name=db; drop', nothing, LOST],
    ['keep kind=server; drop', nothing, KEPT],
    ['keep kind=consumer; drop', nothing, LOST],
    ['keep service=sh?p; drop', nothing, KEPT],
    ['keep service=other; drop', nothing, LOST],
    ['keep root; drop', nothing, KEPT],
    ['keep remote; drop', nothing, LOST],
    [
      'drop url.path=/health*|/metrics; keep',
      traceOf(() => {}, { attributes: { 'url.path': '/healthz' } }),
      LOST,
    ],
    [
      'drop url.path=/health*|/metrics; keep',
      traceOf(() => {}, { attributes: { 'url.path': '/api' } }),
      KEPT,
    ],
    ['drop http.route=/health; keep', traceOf((root) => root.setAttribute('http.route', '/health')), LOST],
    ['drop http.route=/health; keep', nothing, KEPT],
    ['drop error; keep', failing, LOST],
    ['keep deployment.environment; keep service.name=shop; drop', nothing, KEPT],
  ])('%s', (text, build, isKept) => {
    const r = rules(text);
    expect(r.host.problems).toEqual([]);
    build(r);
    const spans = r.exported();
    expect(spans.length > 0).toBe(isKept);
    for (const span of spans) expect(span.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    expect(r.tail?.held ?? { traces: 0, spans: 0, bytes: 0 }).toEqual({ traces: 0, spans: 0, bytes: 0 });
  });
});

describe('when it is decided', () => {
  test('an error sends what was held at once and the rest as it ends', () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    end(r.start('fine', {}, root));
    expect(r.exported()).toEqual([]);
    end(r.start('bad', {}, root), { error: true });
    expect(names(r.exported())).toEqual(['fine', 'bad']);
    end(r.start('later', {}, root));
    expect(names(r.exported())).toEqual(['fine', 'bad', 'later']);
    root.end();
    expect(names(r.exported())).toEqual(['fine', 'bad', 'later', 'root']);
  });

  test('a slow trace streams while its root is open', () => {
    const r = rules('keep duration>5s; drop');
    const root = r.start('agent run');
    end(r.start('step 1', {}, root));
    r.host.advance(4900);
    expect(r.exported()).toEqual([]);
    r.host.advance(250);
    expect(names(r.exported())).toEqual(['step 1']);
    end(r.start('step 2', {}, root));
    expect(names(r.exported())).toEqual(['step 1', 'step 2']);
    expect(r.tail?.held.spans).toBe(0);
  });

  test('an llm call is seen when it starts', () => {
    const r = rules('keep llm; drop');
    const root = r.start('root');
    end(r.start('before', {}, root));
    r.start('chat m', { attributes: { 'gen_ai.operation.name': 'chat' } }, root);
    expect(names(r.exported())).toEqual(['before']);
  });

  test('a trace that no rule could keep any more is dropped at once, and its later spans are not recorded', () => {
    const r = rules('keep !error; drop');
    const root = r.start('root');
    end(r.start('bad', {}, root), { error: true });
    expect(r.tail?.held).toEqual({ traces: 0, spans: 0, bytes: 0 });
    expect(r.start('later', {}, root).isRecording()).toBe(false);
    root.end();
    expect(r.exported()).toEqual([]);
  });

  test('nothing is recorded where no end rule could keep the trace', () => {
    const r = rules('drop url.path=/health; keep error; 0.5');
    expect(r.start('GET', { attributes: { 'url.path': '/health' } }).isRecording()).toBe(false);
    const low = rules('0.1 error; 0.1');
    let recorded = 0;
    for (let i = 0; i < 200; i++) if (low.start('s').isRecording()) recorded++;
    expect(recorded).toBeLessThan(60);
  });

  test('a root that ends before its children waits for them, but not for ever', () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    const child = r.start('child', {}, root);
    root.end();
    r.host.advance(1000);
    expect(r.tail?.held.traces).toBe(1);
    end(child, { error: true });
    expect(names(r.exported())).toEqual(['root', 'child']);

    const lost = r.start('root 2');
    r.start('never ended', {}, lost);
    lost.end();
    r.host.advance(2200);
    expect(r.tail?.held.traces).toBe(0);
    r.host.advance(100);
    expect(r.host.counts.get('signalbox.sampling.forced{reason=linger}')).toBe(1);
  });

  test('a trace whose root never ends is decided when the wait is over', () => {
    const r = rules('keep spans>=2 !error; drop');
    const root = r.start('root');
    end(r.start('a', {}, root));
    end(r.start('b', {}, root));
    r.host.advance(61_000);
    expect(names(r.exported())).toEqual(['a', 'b']);
    expect(r.tail?.held.traces).toBe(0);
    expect(r.host.counts.get('signalbox.sampling.forced{reason=wait}')).toBe(1);
  });
});

describe('late spans', () => {
  test('follow a drop', () => {
    const [one] = vectors<{ steps: string[]; out: string }>('inprocess_lifecycle');
    expect(one?.steps).toEqual(['root.start', 'child.start', 'root.end', 'child.end']);
    const r = rules('keep error; drop');
    const root = r.start('root');
    const child = r.start('child', {}, root);
    root.end();
    r.host.advance(3000);
    end(child, { error: true });
    expect(r.exported()).toEqual([]);
    r.host.advance(200);
    expect(r.host.counts.get('signalbox.sampling.late_spans{decision=drop}')).toBe(1);
  });

  test('follow a keep, with flag and weight', () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    const child = r.start('child', {}, root);
    end(root, { error: true });
    child.end();
    const late = r.start('late', {}, root);
    late.end();
    expect(names(r.exported())).toEqual(['root', 'child', 'late']);
    for (const span of r.exported()) {
      expect(span.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
      expect(parseOt(span.spanContext().traceState?.get('ot') ?? '').th).toBe('0');
    }
    expect(r.host.total('signalbox.sampling.traces')).toBe(1);
  });
});

describe('what leaves the process', () => {
  test('the live span is not touched, and what is propagated stays what the head decided', () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    const before = root.spanContext();
    end(root, { error: true });
    expect(root.spanContext()).toBe(before);
    expect(before.traceFlags).toBe(TraceFlags.NONE);
    expect((before.traceState as W3CTraceState).state?.priority).toBe(-1);
    const [kept] = r.exported();
    const state = stateOf(kept);
    expect(state).toMatchObject({ priority: 2, decisionMaker: '-3' });
    expect(state?.tags.get('_dd.p.ksr')).toBe('1');
    expect(kept?.attributes).toEqual({ 'signalbox.sampling.rule': 'keep error' });
  });

  test('Datadog gets the rates on the local root', () => {
    const r = makeRig({ SIGNALBOX_SAMPLING_RULES: 'keep error # errors; drop' }, { datadog: true });
    const root = r.start('root');
    end(r.start('child', {}, root), { error: true });
    root.end();
    const [child, kept] = r.exported();
    expect(kept?.attributes).toEqual({ 'signalbox.sampling.rule': 'errors', '_dd.rule_psr': 1 });
    expect(child?.attributes).toEqual({});
  });

  test('a flag that has been sent is kept, whatever a later rule says', () => {
    const r = rules('drop http.route=/health; keep');
    const sent = r.start('root');
    r.start('call', { kind: SpanKind.CLIENT }, sent).end();
    sent.setAttribute('http.route', '/health');
    sent.end();
    expect(names(r.exported())).toEqual(['call', 'root']);
    r.reset();
    const unsent = r.start('root');
    r.start('work', {}, unsent).end();
    unsent.setAttribute('http.route', '/health');
    unsent.end();
    expect(r.exported()).toEqual([]);
  });

  test('what is sent after a drop says so, and carries no weight', () => {
    const r = rules('drop error; keep');
    const root = r.start('root');
    const early = r.start('early', {}, root);
    end(r.start('bad', {}, root), { error: true });
    const late = r.start('late', { kind: SpanKind.CLIENT }, root);
    for (const span of [root, early, late]) {
      const carrier: Record<string, string> = {};
      for (const propagator of [new W3CPropagator(), new DatadogPropagator()]) {
        propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
      }
      expect(carrier.traceparent).toMatch(/-00$/);
      expect(carrier.tracestate).toMatch(/^dd=s:-1;/);
      expect(carrier.tracestate).not.toContain('ot=');
      expect(carrier['x-datadog-sampling-priority']).toBe('-1');
      expect(carrier['x-datadog-tags']).not.toContain('_dd.p.dm');
    }
    for (const span of [late, early, root]) span.end();
    expect(r.exported()).toEqual([]);
  });

  test('a backend that counts dropped traces gets them without the flag', () => {
    const r = makeRig({ SIGNALBOX_SAMPLING_RULES: 'drop error; keep' }, { recordDropped: true });
    end(r.start('root'), { error: true });
    // What exports sampled spans only, as the SDK's own processors do, gets nothing.
    expect(r.exported()).toEqual([]);
  });

  test('a flag that inject has sent, from whatever kind of span, is kept too', () => {
    const r = rules('drop http.route=/health; keep');
    for (const inject of [true, false]) {
      const root = r.start('root');
      const work = r.start('work', { kind: SpanKind.INTERNAL }, root);
      const carrier: Record<string, string> = {};
      if (inject)
        new W3CPropagator().inject(trace.setSpan(ROOT_CONTEXT, work), carrier, defaultTextMapSetter);
      expect(decisionOf(work.spanContext())).toMatchObject({ sampled: true, sent: inject });
      work.end();
      root.setAttribute('http.route', '/health');
      root.end();
    }
    expect(names(r.exported())).toEqual(['work', 'root']);
  });

  test.each(['a client span', 'inject'])(
    'a flag that %s sent in one of two segments that share their facts binds both',
    (by) => {
      const r = rules('drop http.route=/health; keep', { SIGNALBOX_SAMPLING_PARENT: 'ignore' });
      const parent = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '0af7651916cd43dd8448eb211c80319e',
        spanId: '00f067aa0ba902b7',
        isRemote: true,
        traceFlags: TraceFlags.NONE,
      });
      const first = r.start('first', {}, parent);
      const second = r.start('second', {}, parent);
      const call = r.start('call', { kind: by === 'inject' ? SpanKind.INTERNAL : SpanKind.CLIENT }, second);
      if (by === 'inject')
        new W3CPropagator().inject(trace.setSpan(ROOT_CONTEXT, call), {}, defaultTextMapSetter);
      call.end();
      first.setAttribute('http.route', '/health').end();
      second.end();
      expect(names(r.exported()).sort()).toEqual(['call', 'first', 'second']);
    },
  );

  test('manual keep and drop on any span beat the rules', () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    r.start('child', {}, root).setAttribute('manual.keep', true).end();
    root.end();
    expect(r.exported()).toHaveLength(2);
    const state = stateOf(r.exported()[1]);
    expect(state).toMatchObject({ priority: 2, decisionMaker: '-4' });
    r.reset();
    const dropped = r.start('root');
    r.start('child', {}, dropped).setAttribute('manual.drop', true).end();
    end(dropped, { error: true });
    expect(r.exported()).toEqual([]);
  });
});

describe('segments of other services’ traces', () => {
  const remote = (flags: number, priority: number, last = 'c') => {
    const traceId = `0af7651916cd43dd8448eb211c80319${last}`;
    const state = new PropagationState(traceId);
    state.priority = priority;
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: '00f067aa0ba902b7',
      isRemote: true,
      traceFlags: flags,
      traceState: W3CTraceState.parse('ot=th:8').withState(state),
    });
  };

  test('a kept parent: everything is passed on as it is', () => {
    const r = rules('keep error; drop');
    const root = r.start('root', {}, remote(1, 1));
    r.start('child', {}, root).end();
    expect(names(r.exported())).toEqual(['child']);
    root.end();
    expect(r.exported()[1]).toBe(root);
    expect(r.tail?.held.traces).toBe(0);
  });

  test('a dropped parent: a keep rule rescues the segment, marked, at unchanged priority', () => {
    const r = makeRig({ SIGNALBOX_SAMPLING_RULES: 'keep error; 0.9 llm; keep' }, { datadog: true });
    const root = r.start('root', { attributes: { 'gen_ai.operation.name': 'chat' } }, remote(0, 0));
    end(r.start('child', {}, root), { error: true });
    root.end();
    expect(names(r.exported())).toEqual(['child', 'root']);
    for (const span of r.exported()) {
      expect(span.attributes).toMatchObject({
        'signalbox.sampling.rescued': true,
        '_dd.span_sampling.mechanism': 8,
        '_dd.span_sampling.rule_rate': 1,
      });
      expect(span.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
      expect((span.spanContext().traceState as W3CTraceState).state?.priority).toBe(0);
    }
    r.reset();
    r.start('another trace', {}, remote(0, 0, 'd')).end();
    expect(r.exported()).toEqual([]);
    r.start('more of the rescued one', {}, remote(0, 0)).end();
    expect(r.exported()).toHaveLength(1);
  });

  test('two requests of one trace at once share their facts', () => {
    const r = rules('keep error; drop');
    const first = r.start('first', {}, remote(0, -1));
    const second = r.start('second', {}, remote(0, -1));
    end(first);
    expect(r.tail?.held).toMatchObject({ traces: 1, spans: 1 });
    end(second, { error: true });
    expect(names(r.exported())).toEqual(['first', 'second']);
  });
});

describe('bounds', () => {
  test('spans: the largest of the oldest is decided by what is known', () => {
    const r = rules('keep spans>=3; drop', { SIGNALBOX_SAMPLING_BUFFER_SPANS: '10' });
    const open = Array.from({ length: 4 }, (_, index) => r.start(`root ${index}`));
    for (let spans = 0; spans < 2; spans++) for (const root of open) r.start('child', {}, root).end();
    const big = r.start('big');
    for (let spans = 0; spans < 3; spans++) r.start('part', {}, big).end();
    expect(r.tail?.held.spans).toBeLessThanOrEqual(10);
    r.host.advance(100);
    expect(r.host.total('signalbox.sampling.traces')).toBeGreaterThan(0);
  });

  test('bytes', () => {
    const r = rules('keep error; drop', { SIGNALBOX_SAMPLING_BUFFER_BYTES: '100000' });
    for (let trace = 0; trace < 20; trace++) {
      const root = r.start('root');
      r.start('prompt', { attributes: { prompt: 'x'.repeat(20_000) } }, root).end();
      expect(r.tail?.held.bytes).toBeLessThanOrEqual(100_000);
    }
    r.host.advance(100);
    expect(r.host.counts.get('signalbox.sampling.forced{reason=bytes}')).toBeGreaterThan(10);
  });

  test('one trace', () => {
    const r = rules('keep error; drop', { SIGNALBOX_SAMPLING_BUFFER_TRACE_SPANS: '5' });
    const root = r.start('root');
    for (let spans = 0; spans < 10; spans++) r.start('child', {}, root).end();
    expect(r.tail?.held.spans).toBe(0);
    expect(r.host.counts.get('signalbox.sampling.forced{reason=trace_spans}')).toBe(1);
    end(root, { error: true });
    expect(r.exported()).toEqual([]);
  });
});

describe('flush and shutdown', () => {
  test('a flush exports what is decided and leaves the rest', async () => {
    const r = rules('keep error; drop');
    const root = r.start('root');
    end(r.start('child', {}, root));
    await r.provider.forceFlush();
    expect(r.tail?.held.spans).toBe(1);
    end(root, { error: true });
    expect(r.exported()).toHaveLength(2);
  });

  test('a flush decides all if it is told to', async () => {
    const r = rules('keep spans>=1 !error; drop', { SIGNALBOX_SAMPLING_BUFFER_FLUSH: 'decide' });
    const root = r.start('root');
    end(r.start('child', {}, root));
    await r.provider.forceFlush();
    expect(names(r.exported())).toEqual(['child']);
  });

  test.each([
    ['decide', ['child']],
    ['drop', []],
  ])('shutdown: %s', async (shutdown, expected) => {
    const seen: string[] = [];
    const r = rules('keep spans>=1 !error; drop', { SIGNALBOX_SAMPLING_BUFFER_SHUTDOWN: shutdown });
    const root = r.start('root');
    end(r.start('child', {}, root));
    r.tail?.shutdown().catch(() => {});
    seen.push(...names(r.exported()));
    expect(r.tail?.held.spans).toBe(0);
    root.end();
    await Promise.all([r.tail?.shutdown(), r.provider.shutdown()]);
    expect(r.host.counts.get('signalbox.sampling.forced{reason=shutdown}')).toBe(1);
    expect(seen).toEqual(expected);
  });
});
