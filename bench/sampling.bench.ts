/**
 * Decisions and buffering, beside the samplers of OpenTelemetry and dd-trace, in one process with
 * the cases interleaved. Read the ratios; absolute times depend on the machine.
 */
import { createRequire } from 'node:module';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  createComposableAlwaysOffSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
  createCompositeSampler,
} from '@opentelemetry/sampler-composite';
import {
  ParentBasedSampler,
  type ReadableSpan,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type TailSamplingOptions, TailSamplingProcessor } from '../processors/index.ts';
import { PrioritySampler } from '../samplers/index.ts';
import { W3CTraceState } from '../src/core/index.ts';

const require = createRequire(import.meta.url);
const DatadogSampler = require('dd-trace/packages/dd-trace/src/priority_sampler.js');

const isQuick = process.env.BENCH_QUICK === '1';
const ROUNDS = isQuick ? 7 : 31;
const CALLS = isQuick ? 2000 : 10_000;
const IDS = 1024;

const ids = Array.from({ length: IDS }, () => hex(8) + hex(8) + hex(8) + hex(8));

function hex(digits: number): string {
  return Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}

interface Case {
  readonly name: string;
  /** Runs once for each trace id. */
  run(id: string, index: number): unknown;
}

let sink: unknown;

/** Nanoseconds per call at best, the cases taking turns: what others do on the machine only adds. */
function measure(cases: readonly Case[]): Map<string, number> {
  const times = cases.map((): number[] => []);
  for (let round = -3; round < ROUNDS; round++) {
    cases.forEach(({ run }, at) => {
      const start = process.hrtime.bigint();
      for (let call = 0; call < CALLS; call++) sink = run(ids[call % IDS] as string, call % IDS);
      const nanos = Number(process.hrtime.bigint() - start) / CALLS;
      if (round >= 0) times[at]?.push(nanos);
    });
  }
  return new Map(cases.map(({ name }, at) => [name, Math.min(...(times[at] ?? []))]));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Prints times and their ratio to the first case, which is the peer. */
function report(title: string, cases: readonly Case[], target: string): void {
  const results = measure(cases);
  const peer = results.values().next().value ?? Number.NaN;
  console.log(`\n${title} (target: ${target})`);
  for (const [name, nanos] of results) {
    console.log(`  ${name.padEnd(52)} ${nanos.toFixed(0).padStart(6)} ns  ${(nanos / peer).toFixed(2)}x`);
  }
}

const attributes: Attributes = {
  'http.request.method': 'GET',
  'url.path': '/api/orders',
  'url.scheme': 'https',
};
type Sampled = { shouldSample(...args: Parameters<PrioritySampler['shouldSample']>): unknown };
const sample = (sampler: Sampled, context: Context, id: string) =>
  sampler.shouldSample(context, id, 'GET', SpanKind.SERVER, attributes, []);

function parents(isRemote: boolean, ot: string | undefined, ours: boolean): Context[] {
  return ids.map((traceId) => {
    const text = ot === undefined ? '' : `ot=${ot}`;
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: '00f067aa0ba902b7',
      traceFlags: TraceFlags.SAMPLED,
      isRemote,
      ...(ours || text ? { traceState: W3CTraceState.parse(text) } : {}),
    });
  });
}

const FIVE_RULES =
  'drop url.path=/health*|/metrics; 1 service=other; 0.5 kind=consumer; 0.2 url.scheme=ftp; 0.1';
const legacy = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) });
const probability = createCompositeSampler(createComposableProbabilitySampler(0.1));
const threshold = createCompositeSampler(
  createComposableParentThresholdSampler(createComposableProbabilitySampler(0.1)),
);
const never = () => false;
const fiveRules = createCompositeSampler(
  createComposableRuleBasedSampler([
    ...[1, 2, 3, 4].map(
      () =>
        [never, createComposableAlwaysOffSampler()] as [
          typeof never,
          ReturnType<typeof createComposableAlwaysOffSampler>,
        ],
    ),
    [() => true, createComposableProbabilitySampler(0.1)],
  ]),
);
const rules = new PrioritySampler({ rules: FIVE_RULES, service: 'shop' });
const single = new PrioritySampler({ rules: '0.1' });
const withTail = new PrioritySampler({ rules: 'keep error; keep duration>5s; 0.1', tail: true });

const local = parents(false, undefined, true);
report(
  'shouldSample, child of a local span',
  [
    { name: 'ParentBased(TraceIdRatio)', run: (id, at) => sample(legacy, local[at] as Context, id) },
    { name: 'ours, five rules', run: (id, at) => sample(rules, local[at] as Context, id) },
    { name: 'ours, with a tail sampler', run: (id, at) => sample(withTail, local[at] as Context, id) },
  ],
  '<= 40 ns or <= 0.5x',
);

function datadogSpan(id: string) {
  const tags = { 'service.name': 'shop', 'resource.name': 'GET', ...attributes };
  const context = {
    _traceId: { toBigInt: () => BigInt(`0x${id.slice(16)}`) },
    _name: 'GET',
    _trace: { started: [] as unknown[], tags: {} },
    _sampling: {},
    getTags: () => tags,
    getTag: (key: keyof typeof tags) => tags[key],
  };
  const span = { context: () => context, tracer: () => ({ _service: 'shop' }) };
  context._trace.started.push(span);
  return span;
}
const datadog = new DatadogSampler('prod', {
  rateLimit: -1,
  sampleRate: 0.1,
  rules: [
    { resource: '/health*', sampleRate: 0 },
    { service: 'other', sampleRate: 1 },
    { name: 'consume', sampleRate: 0.5 },
    { tags: { 'url.scheme': 'ftp' }, sampleRate: 0.2 },
  ],
});

report(
  'shouldSample, root',
  [
    {
      name: 'OTel composite probability (writes th if kept)',
      run: (id) => sample(probability, ROOT_CONTEXT, id),
    },
    { name: 'OTel composite, five rules', run: (id) => sample(fiveRules, ROOT_CONTEXT, id) },
    { name: 'ParentBased(TraceIdRatio)', run: (id) => sample(legacy, ROOT_CONTEXT, id) },
    { name: 'dd-trace priority sampler, five rules', run: (id) => datadog.sample(datadogSpan(id)) },
    { name: 'ours, one rule, rv and th', run: (id) => sample(single, ROOT_CONTEXT, id) },
    { name: 'ours, five rules, rv and th', run: (id) => sample(rules, ROOT_CONTEXT, id) },
    // The text of a dropped trace is written when it is read.
    {
      name: 'ours, five rules, and every trace state read',
      run: (id) =>
        rules.shouldSample(ROOT_CONTEXT, id, 'GET', SpanKind.SERVER, attributes, []).traceState?.serialize(),
    },
    { name: 'ours, two end rules (starts an evaluation)', run: (id) => sample(withTail, ROOT_CONTEXT, id) },
  ],
  'five rules <= 1.5x',
);

const remote = parents(true, 'rv:ef284ace7a91e1;th:e6666666666668', true);
report(
  'shouldSample, remote parent with ot',
  [
    {
      name: 'OTel composite parent threshold',
      run: (id, at) => sample(threshold, remote[at] as Context, id),
    },
    { name: 'ours', run: (id, at) => sample(rules, remote[at] as Context, id) },
    { name: 'ours, with a tail sampler', run: (id, at) => sample(withTail, remote[at] as Context, id) },
  ],
  '<= 0.25x',
);

/** What one span costs in the processor alone: onStart and onEnd of spans that exist already. */
const NOTHING: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
const host: TailSamplingOptions['host'] = {
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  after: () => ({ cancel: () => {} }),
  counters: { add: () => {} },
};
const CHILDREN = 19;

const tracers = new Map<PrioritySampler, Tracer>();
function tracerOf(sampler: PrioritySampler): Tracer {
  const known = tracers.get(sampler) ?? new TracerProvider({ sampler }).getTracer('bench');
  tracers.set(sampler, known);
  return known;
}

/** Traces of twenty spans with ten attributes, made by the SDK and kept for the processor. */
function makeTraces(sampler: PrioritySampler, count: number): (Span & ReadableSpan)[][] {
  const tracer = tracerOf(sampler);
  const ten = (at: number): Attributes =>
    Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`app.attribute.${key}`, `value ${at % 50}`]));
  return Array.from({ length: count }, () => {
    const root = tracer.startSpan('root', { attributes: ten(0) }, ROOT_CONTEXT);
    const below = trace.setSpan(ROOT_CONTEXT, root);
    const children = Array.from({ length: CHILDREN }, (_, at) =>
      tracer.startSpan('child', { attributes: ten(at) }, below),
    );
    for (const span of [...children, root]) span.end();
    return [root, ...children] as unknown as (Span & ReadableSpan)[];
  });
}

function tailCost(title: string, ruleText: string): void {
  const samples: number[] = [];
  const sampler = new PrioritySampler({ rules: ruleText, tail: true });
  const tail = new TailSamplingProcessor(NOTHING, { host });
  for (let round = 0; round < 3 * ROUNDS; round++) {
    let nanos = 0n;
    for (let count = 0; count < 200; count++) {
      // As in life, the spans are in the cache when they end.
      const [spans = []] = makeTraces(sampler, 1);
      const start = process.hrtime.bigint();
      for (const span of spans) tail.onStart(span, ROOT_CONTEXT);
      for (let at = spans.length - 1; at >= 0; at--) tail.onEnd(spans[at] as ReadableSpan);
      nanos += process.hrtime.bigint() - start;
    }
    samples.push(Number(nanos) / (200 * (CHILDREN + 1)));
  }
  const best = Math.min(...samples);
  console.log(
    `  ${title.padEnd(52)} ${best.toFixed(0).padStart(6)} ns per span at best, median ${median(samples).toFixed(0)}`,
  );
}

console.log('\nTail sampler, onStart and onEnd (target: undecided <= 250 ns, decided <= 60 ns)');
tailCost('undecided to the end: keep error, keep slow, drop', 'keep error; keep duration>5s; drop');
tailCost(
  'undecided, five end rules',
  'keep error; keep duration>5s; keep tokens>1000; keep agent; keep user.tier=gold; drop',
);
tailCost('decided at the start: kept', 'keep');
tailCost('kept for sure, streaming', 'keep error; 0.999999');

/** Heap per buffered span, above the span itself. */
function memory(): void {
  const gc = globalThis.gc;
  if (!gc) {
    console.log('\nMemory: run with --expose-gc');
    return;
  }
  const traces = makeTraces(new PrioritySampler({ rules: 'keep error; drop', tail: true }), 800);
  const tail = new TailSamplingProcessor(NOTHING, { host, limits: { spans: 1e6, bytes: 1e9 } });
  gc();
  const before = process.memoryUsage().heapUsed;
  let count = 0;
  for (const spans of traces) {
    for (const span of spans) tail.onStart(span, ROOT_CONTEXT);
    for (const span of spans.slice(1)) tail.onEnd(span);
    count += spans.length - 1;
  }
  gc();
  const above = (process.memoryUsage().heapUsed - before) / count;
  const estimate = tail.held.bytes / count;
  console.log('\nBytes per buffered span (target: <= 100 above the span itself)');
  console.log(`  above the span ${above.toFixed(0)}; estimate of the whole ${estimate.toFixed(0)}`);
  sink = [traces, tail];
}
memory();

/** The estimate against the real heap: spans made while the processor holds them. */
function estimate(): void {
  const gc = globalThis.gc;
  if (!gc) return;
  const sampler = new PrioritySampler({ rules: 'keep error; drop', tail: true });
  const tail = new TailSamplingProcessor(NOTHING, { host, limits: { spans: 1e6, bytes: 1e9 } });
  const tracer = new TracerProvider({ sampler, spanProcessors: [tail] }).getTracer('bench');
  gc();
  const before = process.memoryUsage().heapUsed;
  const roots = Array.from({ length: 500 }, (_, index) => {
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const below = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 0; child < 30; child++) {
      const unique = `${index}/${child}`;
      const ten = Object.fromEntries(
        Array.from({ length: 10 }, (_, key) => [`app.attribute.${key}`, `value ${unique}`]),
      );
      tracer.startSpan('child', { attributes: ten }, below).end();
    }
    return root;
  });
  gc();
  const real = process.memoryUsage().heapUsed - before;
  console.log(
    `  real heap ${(real / 15_000).toFixed(0)} per span, ${(real / tail.held.bytes).toFixed(2)}x the estimate (bound: 1.3x)`,
  );
  sink = roots;
}
estimate();
if (sink === null) console.log(sink);
