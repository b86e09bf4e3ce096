import {
  type Attributes,
  type Context,
  context as contextApi,
  createContextKey,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { TracerProviderOptions } from '@opentelemetry/sdk-trace';
import { SeededRandom } from '../../../src/testing/index.ts';
import { StoppedClock } from './clock.ts';
import { listenToDiag, parentIn, show, snapshot } from './observe.ts';
import { anyIds, anyLimits, anyProcessors, anySampler } from './parts.ts';
import { anyAttributes, anyKey, anyValue } from './values.ts';

/** What makes an engine. */
export type CreateProvider = (options: TracerProviderOptions) => TracerProvider;

const KEY = createContextKey('differential test');
const VALID = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const PARENTS: readonly [SpanContext, ...SpanContext[]] = [
  { ...VALID, isRemote: true },
  { ...VALID, isRemote: true, traceFlags: 0, traceState: createTraceState('vendor=1,other=2') },
  { ...VALID, traceState: createTraceState('local=1') },
  { ...VALID, traceId: '0'.repeat(32) },
  { ...VALID, spanId: 'short', isRemote: true },
  { ...VALID, traceId: VALID.traceId.toUpperCase(), traceFlags: 255 },
];

/** A random program over one provider: the same seed does the same, whatever engine runs it. */
export class Program {
  readonly log: string[] = [];
  private readonly random: SeededRandom;
  private readonly tracers: [Tracer, ...Tracer[]];
  private readonly spans: Span[] = [];
  private readonly clock: StoppedClock;

  constructor(seed: number, create: CreateProvider) {
    const { log } = this;
    const random = new SeededRandom(seed);
    this.random = random;
    listenToDiag(log);
    // Now and then the wall clock of a test: zero, or with fractions.
    const epoch = random.next() < 0.1 ? random.pick([0, 50, 1_700_000_000_000.25]) : 1_790_000_000_123;
    this.clock = new StoppedClock(epoch, random.between(1_000, 100_000) + random.next());
    const spanLimits = anyLimits(random);
    const sampler = anySampler(random, log);
    const provider = create({
      resource: resourceFromAttributes({ 'service.name': 'differential' }),
      idGenerator: anyIds(random),
      spanProcessors: anyProcessors(random, log),
      ...(spanLimits ? { spanLimits } : {}),
      ...(sampler ? { sampler } : {}),
    });
    this.tracers = [
      provider.getTracer('plain'),
      provider.getTracer('full', '1.2.3', { schemaUrl: 'https://example.com/schema' }),
    ];
  }

  run(steps: number): void {
    try {
      for (let step = 0; step < steps; step++) this.step(step);
      for (const span of this.spans) this.attempt('last end', () => span.end());
    } finally {
      this.clock.restore();
    }
  }

  private step(step: number): void {
    const { random } = this;
    const chance = random.next();
    if (chance < 0.3) this.attempt(`${step} start`, () => this.start(false));
    else if (chance < 0.38) this.attempt(`${step} start active`, () => this.start(true));
    else if (chance < 0.42) this.clock.set(random.between(-5_000, 5_000));
    else if (chance < 0.55)
      this.clock.advance(random.next() < 0.05 ? -3 : random.next() * random.pick([0.01, 5, 3_000]));
    else this.attempt(`${step} use`, () => this.use());
  }

  /** What is thrown into the application is part of the behaviour. */
  private attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.log.push(`${what} threw ${error instanceof Error ? error.message : show(error)}`);
    }
  }

  private start(isActive: boolean): void {
    const { random } = this;
    const tracer = random.pick(this.tracers);
    const name = `span ${this.spans.length}`;
    const options = random.next() < 0.15 ? undefined : this.options();
    const parent = this.parent();
    if (!isActive) {
      this.started(tracer.startSpan(name, options, parent));
      return;
    }
    const active = (span: Span): string => {
      const current = contextApi.active();
      this.log.push(
        `active ${trace.getSpan(current) === span} ${parentIn(current)} ${show(current.getValue(KEY))}`,
      );
      this.started(span);
      if (random.next() < 0.1) throw new Error('inside');
      return 'result';
    };
    const given = parent ?? ROOT_CONTEXT.setValue(KEY, 'given');
    this.log.push(`returned ${show(tracer.startActiveSpan(name, options ?? {}, given, active))}`);
  }

  private started(span: Span): void {
    const { traceState, ...ids } = span.spanContext();
    const hasState = 'traceState' in span.spanContext();
    this.log.push(
      `started ${show({ ...ids, hasState, state: traceState?.serialize() })} ${span.isRecording()}`,
    );
    this.spans.push(span);
  }

  private options(): SpanOptions {
    const { random } = this;
    const options: Record<string, unknown> = {};
    if (random.next() < 0.7) options.attributes = anyAttributes(random);
    if (random.next() < 0.3) options.kind = random.between(0, 5);
    if (random.next() < 0.2) options.root = random.next() < 0.8;
    if (random.next() < 0.25) options.links = Array.from({ length: random.between(0, 4) }, () => this.link());
    if (random.next() < 0.25) options.startTime = this.time();
    return options;
  }

  private parent(): Context | undefined {
    const { random } = this;
    const chance = random.next();
    if (chance < 0.2) return undefined;
    if (chance < 0.3) return ROOT_CONTEXT;
    let context = random.next() < 0.3 ? ROOT_CONTEXT.setValue(KEY, 'value') : ROOT_CONTEXT;
    const span = this.spans[random.between(0, Math.max(0, this.spans.length - 1))];
    if (chance < 0.7 && span) context = trace.setSpan(context, span);
    else if (chance < 0.95) context = trace.setSpanContext(context, random.pick(PARENTS));
    return random.next() < 0.08 ? suppressTracing(context) : context;
  }

  private link(): Link {
    const { random } = this;
    const attributes = random.next() < 0.7 ? { attributes: anyAttributes(random) as Attributes } : {};
    return { context: random.pick(PARENTS), ...attributes };
  }

  private time(): TimeInput {
    const { random } = this;
    return random.pick<unknown>([
      undefined,
      null,
      1_790_000_000_500,
      1_790_000_000_500.75,
      0,
      12.5,
      -1,
      Number.NaN,
      new Date(1_790_000_001_000),
      [1_790_000_000, 600_000_000],
      [1_790_000_002, 1],
      [1_700_000_000, 5],
      [1],
    ]) as TimeInput;
  }

  private use(): void {
    const { random, log } = this;
    const span = this.spans[random.between(0, Math.max(0, this.spans.length - 1))];
    if (!span) return;
    const returned = this.change(span);
    log.push(`${returned === span} ${span.isRecording()}`);
    if ('resource' in span && random.next() < 0.3) log.push(`now ${snapshot(span as never)}`);
  }

  private change(span: Span): unknown {
    const { random } = this;
    const chance = random.next();
    if (chance < 0.3) return span.setAttribute(anyKey(random), anyValue(random) as string);
    if (chance < 0.4) return span.setAttributes(anyAttributes(random) as Attributes);
    if (chance < 0.5) return this.addEvent(span);
    if (chance < 0.56) return span.addLink(this.link());
    if (chance < 0.6) return span.addLinks([this.link(), this.link()]);
    if (chance < 0.7) return span.setStatus(this.status());
    if (chance < 0.74) return span.updateName(random.pick(['renamed', '', 'again']));
    if (chance < 0.8)
      return span.recordException(
        this.exception() as Error,
        this.maybe(() => this.time()),
      );
    return span.end(this.maybe(() => this.time()));
  }

  private addEvent(span: Span): Span {
    const { random } = this;
    const kind = random.between(0, 4);
    if (kind === 0) return span.addEvent('event');
    if (kind === 1) return span.addEvent('event', this.time());
    if (kind === 2) return span.addEvent('event', this.time() as never, this.time());
    return span.addEvent(
      'event',
      anyAttributes(random) as Attributes,
      this.maybe(() => this.time()),
    );
  }

  private status(): SpanStatus {
    const { random } = this;
    const code = random.pick([0, 1, 2, 2, 9]);
    const message = random.pick<unknown>([undefined, 'message', '', null, 5, {}]);
    return (random.next() < 0.3 ? { code } : { code, message }) as SpanStatus;
  }

  private exception(): unknown {
    const error = new TypeError('wrong');
    error.stack = 'TypeError: wrong\n    at nowhere';
    return this.random.pick<unknown>([
      error,
      'text',
      '',
      { code: 42, message: 'coded' },
      { code: 'E', name: 'Named' },
      { stack: 'only a stack' },
      {},
      undefined,
      null,
      { name: 'Named', message: 5 },
    ]);
  }

  private maybe<T>(make: () => T): T | undefined {
    return this.random.next() < 0.3 ? make() : undefined;
  }
}
