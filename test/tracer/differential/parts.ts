import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  type SpanKind,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  type IdGenerator,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SamplingDecision,
  type SamplingResult,
  type Span,
  type SpanLimits,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { SeededIdGenerator, SeededRandom } from '../../../src/testing/index.ts';
import { parentIn, show, snapshot } from './observe.ts';
import { anyAttributes, anyKey, anyValue } from './values.ts';

/** Writes down what it is asked; decides, and answers more or less, by chance. */
class WildSampler implements Sampler {
  constructor(
    private readonly random: SeededRandom,
    private readonly log: string[],
  ) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const linked = links.map((link) => ({ ...link, context: link.context?.spanId }));
    this.log.push(
      `sampler ${parentIn(context)} ${traceId} ${name} ${kind} ${show(attributes)} ${show(linked)}`,
    );
    const { random } = this;
    if (random.next() < 0.03) throw new Error('sampler');
    const decision = random.pick([0, 1, 2, 2, 2, 7]) as SamplingDecision;
    const extra = random.next() < 0.4 ? { attributes: anyAttributes(random) as Attributes } : {};
    const traceState =
      random.next() < 0.4 ? { traceState: createTraceState(`s=${random.between(0, 9)}`) } : {};
    return { decision, ...extra, ...traceState };
  }

  toString(): string {
    return 'WildSampler';
  }
}

export function anySampler(random: SeededRandom, log: string[]): Sampler | undefined {
  const wild = (): Sampler => new WildSampler(new SeededRandom(random.between(1, 1e6)), log);
  const makers: [() => Sampler | undefined, ...(() => Sampler | undefined)[]] = [
    () => undefined,
    () => new AlwaysOnSampler(),
    () => new AlwaysOffSampler(),
    () => new TraceIdRatioBasedSampler(0.5),
    () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
    () => createAlwaysRecordSampler(new TraceIdRatioBasedSampler(0.3)),
    wild,
    wild,
    wild,
    wild,
  ];
  return random.pick(makers)();
}

/** Looks at spans, changes them and throws, by chance. */
class WildProcessor implements SpanProcessor {
  onEnding?: (span: Span) => void;

  constructor(
    private readonly random: SeededRandom,
    private readonly log: string[],
    private readonly name: string,
  ) {
    // Some have no such method.
    if (random.next() < 0.6) this.onEnding = (span) => this.seen('onEnding', span);
  }

  onStart(span: Span, context: Context): void {
    this.log.push(`${this.name} parent ${parentIn(context)}`);
    this.seen('onStart', span);
  }

  onEnd(span: ReadableSpan): void {
    this.seen('onEnd', span as Span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  private seen(moment: string, span: Span): void {
    const { random } = this;
    // Not always: what is looked at early must not differ from what is looked at late.
    this.log.push(`${this.name} ${moment} ${random.next() < 0.6 ? snapshot(span) : span.name}`);
    const chance = random.next();
    if (chance < 0.04) throw new Error(`${this.name} ${moment}`);
    if (chance < 0.2) span.setAttribute(anyKey(random), anyValue(random) as string);
    else if (chance < 0.25) span.updateName(`${span.name}+`);
    else if (chance < 0.3) span.addEvent('by processor', anyAttributes(random) as Attributes);
    else if (chance < 0.33) Reflect.set(span, 'parentSpanContext', undefined);
    else if (chance < 0.36) Reflect.set(span, 'startTime', [1_700_000_000, random.between(0, 999_999_999)]);
    else if (chance < 0.38) Reflect.set(span, 'status', { code: 2, message: 'by processor' });
    else if (chance < 0.4) span.attributes['by processor'] = chance;
  }
}

export function anyProcessors(random: SeededRandom, log: string[]): SpanProcessor[] {
  return Array.from(
    { length: random.between(0, 3) },
    (_, index) => new WildProcessor(new SeededRandom(random.between(1, 1e6)), log, `processor ${index}`),
  );
}

export function anyLimits(random: SeededRandom): SpanLimits | undefined {
  if (random.next() < 0.3) return undefined;
  const count = (): number | undefined =>
    random.pick([
      undefined,
      undefined,
      undefined,
      0,
      1,
      2,
      3,
      128,
      2.5,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  return {
    attributeCountLimit: count(),
    eventCountLimit: count(),
    linkCountLimit: count(),
    attributePerEventCountLimit: count(),
    attributePerLinkCountLimit: count(),
    attributeValueLengthLimit: random.pick([
      undefined,
      undefined,
      undefined,
      0,
      -1,
      1,
      3,
      10,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]),
  } as SpanLimits;
}

/** Ids of which some are not valid, which makes children roots. */
class PoorIdGenerator extends SeededIdGenerator {
  private count = 0;

  override generateSpanId(): string {
    this.count++;
    return this.count % 3 === 0 ? 'no id' : super.generateSpanId();
  }
}

export function anyIds(random: SeededRandom): IdGenerator {
  const seed = random.between(1, 1e6);
  return random.next() < 0.15 ? new PoorIdGenerator(seed) : new SeededIdGenerator(seed);
}
