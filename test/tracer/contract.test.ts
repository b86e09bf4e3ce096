import { inspect } from 'node:util';
import {
  type TracerProvider as ApiTracerProvider,
  type Attributes,
  type Context,
  context,
  createTraceState,
  diag,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { copySpan } from '../../src/core/index.ts';
import { EarlyTracerProvider, LeanTracerProvider } from '../../src/tracer/index.ts';

type Provider = ApiTracerProvider & Pick<TracerProvider, 'forceFlush' | 'shutdown'>;
type Create = (options?: TracerProviderOptions) => Provider;

const ENGINES: [string, Create][] = [
  ['SDK', (options) => new TracerProvider(options)],
  ['lean', (options) => new LeanTracerProvider(options)],
  ['early', (options) => new EarlyTracerProvider(options)],
];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => context.disable());

function collecting(create: Create, options: TracerProviderOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [...(options.spanProcessors ?? []), new SimpleSpanProcessor({ exporter })];
  const provider = create({ ...options, spanProcessors });
  return { provider, tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() };
}

function processor(parts: Partial<SpanProcessor>): SpanProcessor {
  return { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {}, ...parts };
}

/** The SDK is in the table too: what is asserted here is its contract, and not our wish. */
describe.each(ENGINES)('%s', (_, create) => {
  describe('getTracer', () => {
    test('gives one tracer for each name, version and schema', () => {
      const provider = create();
      const plain = provider.getTracer('a');
      expect(provider.getTracer('a')).toBe(plain);
      expect(provider.getTracer('a', '')).toBe(plain);
      expect(provider.getTracer('a', undefined, {})).toBe(plain);
      expect(provider.getTracer('b')).not.toBe(plain);
      expect(provider.getTracer('a', '1')).not.toBe(plain);
      const withSchema = provider.getTracer('a', '1', { schemaUrl: 'https://example.com' });
      expect(withSchema).not.toBe(provider.getTracer('a', '1'));
      expect(provider.getTracer('a', '1', { schemaUrl: 'https://example.com' })).toBe(withSchema);
    });

    test('without a name that is a text', () => {
      expect(() =>
        create()
          .getTracer(undefined as never)
          .startSpan('a')
          .end(),
      ).not.toThrow();
    });
  });

  describe('startActiveSpan', () => {
    const key = Symbol.for('contract test');

    test('takes a function last, and returns what it returns', () => {
      const { tracer, spans } = collecting(create);
      const given = ROOT_CONTEXT.setValue(key, 'given');
      const seen: [string, unknown][] = [];
      const active = (name: string) => (span: Span) => {
        const current = context.active();
        expect(trace.getSpan(current)).toBe(span);
        seen.push([name, current.getValue(key)]);
        span.end();
        return name;
      };
      expect(tracer.startActiveSpan('2', active('2'))).toBe('2');
      expect(tracer.startActiveSpan('3', { attributes: { a: 1 } }, active('3'))).toBe('3');
      expect(tracer.startActiveSpan('4', {}, given, active('4'))).toBe('4');
      expect(tracer.startActiveSpan('none', undefined as never, undefined as never, active('none'))).toBe(
        'none',
      );
      expect((tracer.startActiveSpan as (name: string) => unknown)('1')).toBeUndefined();
      expect(seen).toEqual([
        ['2', undefined],
        ['3', undefined],
        ['4', 'given'],
        ['none', undefined],
      ]);
      expect(spans()[1]?.attributes).toEqual({ a: 1 });
    });

    test('nests, across await, and what other code sets in between stays', async () => {
      const { tracer, spans } = collecting(create);
      await tracer.startActiveSpan('outer', async (outer) => {
        await context.with(context.active().setValue(key, 'kept'), () =>
          tracer.startActiveSpan('middle', async (middle) => {
            await Promise.resolve();
            tracer.startActiveSpan('inner', (inner) => {
              expect(context.active().getValue(key)).toBe('kept');
              inner.end();
            });
            middle.end();
          }),
        );
        outer.end();
      });
      const [inner, middle, outer] = spans();
      expect(inner?.parentSpanContext?.spanId).toBe(middle?.spanContext().spanId);
      expect(middle?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
      expect(outer?.parentSpanContext).toBeUndefined();
    });

    test('throws what the function throws', () => {
      expect(() =>
        create()
          .getTracer('a')
          .startActiveSpan('a', () => {
            throw new Error('mine');
          }),
      ).toThrow('mine');
    });
  });

  describe('attributes', () => {
    test('are the span’s own: neither the object nor the lists that were given', () => {
      const { tracer, spans } = collecting(create);
      const attributes: Attributes = { list: ['a'], text: 'a' };
      const span = tracer.startSpan('a', { attributes });
      attributes.text = 'changed';
      (attributes.list as string[]).push('changed');
      span.end();
      expect(spans()[0]?.attributes).toEqual({ list: ['a'], text: 'a' });
    });

    test('behind getters, proxies and classes are read', () => {
      const { tracer, spans } = collecting(create);
      class Holder {
        own = 'x';
        get inherited(): string {
          return 'not own';
        }
      }
      const computed = {
        get now() {
          return 'computed';
        },
      };
      for (const attributes of [computed, new Proxy({ through: 1 }, {}), new Holder()]) {
        tracer.startSpan('a', { attributes: attributes as Attributes }).end();
      }
      expect(spans().map((span) => span.attributes)).toEqual([
        { now: 'computed' },
        { through: 1 },
        { own: 'x' },
      ]);
    });

    test('of a sampler come after those of the application, and win', () => {
      const sampler: Sampler = {
        shouldSample: () => ({
          decision: SamplingDecision.RECORD_AND_SAMPLED,
          attributes: { b: 'sampler', c: 3 },
        }),
        toString: () => 'test',
      };
      const { tracer, spans } = collecting(create, { sampler });
      tracer.startSpan('a', { attributes: { a: 1, b: 2 } }).end();
      expect(Object.entries(spans()[0]?.attributes ?? {})).toEqual([
        ['a', 1],
        ['b', 'sampler'],
        ['c', 3],
      ]);
    });

    test('with a key that is none throw, as they do with the SDK', () => {
      const span = create().getTracer('a').startSpan('a');
      expect(() => span.setAttribute(undefined as never, 'x')).toThrow(TypeError);
    });
  });

  describe('a span', () => {
    test('works through a proxy, as a prototype and as a plain copy', () => {
      const { tracer, spans } = collecting(create);
      tracer
        .startSpan('a', { attributes: { a: 1 } })
        .addEvent('e')
        .setStatus({ code: 2 })
        .end();
      const span = spans()[0] as ReadableSpan;
      const renamed = Object.create(span, { name: { value: 'b' } }) as ReadableSpan;
      const proxy = new Proxy(span, {});
      for (const view of [renamed, proxy, copySpan(span, {})]) {
        expect(view.attributes).toEqual({ a: 1 });
        expect(view.duration).toEqual(span.duration);
        expect(view.endTime).toEqual(span.endTime);
        expect(view.events).toHaveLength(1);
        expect(view.status).toEqual({ code: 2 });
        expect(view.ended).toBe(true);
        expect(view.spanContext()).toEqual(span.spanContext());
      }
      expect(renamed.name).toBe('b');
    });

    test('and its tracer and provider can be printed', () => {
      const { tracer, provider } = collecting(create);
      const span = tracer.startSpan('printed', { attributes: { a: 'value' } });
      span.end();
      expect(inspect(span)).toMatch(/^\w*Span\w* \{[\s\S]*name: 'printed'[\s\S]*a: 'value'/);
      expect(inspect({ deep: { deeper: { span } } }, { depth: 1 })).toContain('[Object]');
      expect(inspect({ span }, { depth: 0 })).toMatch(/\[\w*Span\w*\]/);
      expect(inspect(span).length).toBeLessThan(5_000);
      expect(inspect(provider)).toMatch(/TracerProvider \{/);
      expect(inspect(tracer).length).toBeLessThan(5_000);
    });

    test('has a context that does not change', () => {
      const span = create().getTracer('a').startSpan('a');
      expect(span.spanContext()).toBe(span.spanContext());
      expect(Object.keys(span.spanContext())).toEqual(['traceId', 'spanId', 'traceFlags', 'traceState']);
    });
  });

  describe('a span that is sampled out', () => {
    const off = { sampler: new AlwaysOffSampler() };

    test('has a valid context that stays, and hands trace id and state on', () => {
      const tracer = create(off).getTracer('a');
      const parent = { ...create().getTracer('a').startSpan('p').spanContext(), isRemote: true };
      const remote = { ...parent, traceState: createTraceState('vendor=1') };
      const span = tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
      const child = tracer.startSpan('b', {}, trace.setSpan(ROOT_CONTEXT, span));
      for (const one of [span, child]) {
        const own = one.spanContext();
        expect(isSpanContextValid(own)).toBe(true);
        expect(own).toEqual({ ...own, traceId: parent.traceId, traceFlags: TraceFlags.NONE });
        expect(own.traceState?.serialize()).toBe('vendor=1');
        expect(one.spanContext()).toBe(own);
        expect(one.isRecording()).toBe(false);
      }
      expect(child.spanContext().spanId).not.toBe(span.spanContext().spanId);
    });

    test('takes everything and does nothing', () => {
      const { tracer, spans } = collecting(create, off);
      const span = tracer.startSpan('a', { attributes: { a: 1 } });
      expect(
        span.setAttribute('a', 1).setAttributes({}).addEvent('e').addLink({ context: span.spanContext() }),
      ).toBe(span);
      expect(span.addLinks([]).setStatus({ code: 1 }).updateName('b')).toBe(span);
      span.recordException(new Error('x'));
      span.end();
      span.end();
      expect(spans()).toEqual([]);
    });
  });

  test('asks the sampler once for each span, also inside another decision', () => {
    let asked = 0;
    let depth = 0;
    const sampler: Sampler = {
      shouldSample(_context: Context, _traceId, name) {
        asked++;
        // A sampler that starts a span of its own.
        if (name === 'outer' && depth++ === 0) inner().end();
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
      toString: () => 'test',
    };
    const nested = processor({
      onStart: (span) => {
        if (span.name === 'outer') inner().end();
      },
    });
    const { tracer, spans } = collecting(create, { sampler, spanProcessors: [nested] });
    const inner = (): Span => tracer.startSpan('inner', { attributes: { inner: true } });
    tracer.startSpan('outer', { attributes: { outer: true } }).end();
    expect(asked).toBe(3);
    expect(spans().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['inner', { inner: true }],
      ['inner', { inner: true }],
      ['outer', { outer: true }],
    ]);
    expect(new Set(spans().map((span) => span.spanContext().spanId)).size).toBe(3);
  });

  describe('forceFlush and shutdown', () => {
    test('ask every processor', async () => {
      const asked: string[] = [];
      const named = (name: string): SpanProcessor =>
        processor({
          forceFlush: async () => void asked.push(`flush ${name}`),
          shutdown: async () => void asked.push(`shutdown ${name}`),
        });
      const provider = create({ spanProcessors: [named('a'), named('b')] });
      await provider.forceFlush();
      await provider.shutdown();
      expect(asked).toEqual(['flush a', 'flush b', 'shutdown a', 'shutdown b']);
    });

    test('fail with what failed', async () => {
      const broken = new Error('broken');
      const provider = create({
        spanProcessors: [
          processor({ forceFlush: () => Promise.reject(broken), shutdown: () => Promise.reject(broken) }),
          processor({}),
        ],
      });
      await expect(provider.forceFlush()).rejects.toEqual([broken]);
      await expect(provider.shutdown()).rejects.toBe(broken);
    });

    test('do not wait longer than they are told', async () => {
      const provider = create({ spanProcessors: [processor({ forceFlush: () => new Promise(() => {}) })] });
      await expect(provider.forceFlush({ timeoutMillis: 10 })).rejects.toMatchObject([
        { message: expect.stringContaining('10 ms') },
      ]);
    });
  });

  test('complains about use after the end', () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    diag.setLogger(
      { warn, error: warn, info() {}, debug() {}, verbose() {} },
      { suppressOverrideMessage: true },
    );
    const span = create().getTracer('a').startSpan('a');
    span.end();
    span.end();
    span.setAttribute('late', true);
    diag.disable();
    expect(warnings).toEqual([
      expect.stringContaining('Cannot execute the operation on ended Span'),
      expect.stringContaining('You can only call end() on a span once.'),
      expect.stringContaining('Cannot execute the operation on ended Span'),
    ]);
  });
});
