/** The same 1,000 traces decided in the process, and by a real Collector with the exported configuration. */
import { setTimeout } from 'node:timers/promises';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { parse } from 'yaml';
import { TailSamplingProcessor } from '../../../processors/index.ts';
import {
  createSampling,
  explainTraces,
  exportCollector,
  formatRule,
  type Rule,
  readSampling,
} from '../../../samplers/index.ts';
import { SettingsReader } from '../../../src/config/reader.ts';
import { FakeHost } from '../../samplers/support.ts';
import { type Collector, describeWith, startCollector } from '../support/index.ts';
import { makeRecipes, play, RecipeIds, type TraceRecipe } from './trace-recipes.ts';

const SALT = 'fleet';
const TRACES = 1000;

/** Runs the traces through the real SDK with these settings; returns what came out behind sampling. */
function inProcess(recipes: readonly TraceRecipe[], env: Record<string, string>) {
  const out: ReadableSpan[] = [];
  const end: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => void out.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const config = readSampling(new SettingsReader({ env }));
  const { sampler, processor } = createSampling(config, new FakeHost(), { tail: TailSamplingProcessor });
  const ids = new RecipeIds();
  const provider = new TracerProvider({
    sampler,
    idGenerator: ids,
    spanProcessors: [processor ? processor(end) : end],
  });
  for (const recipe of recipes) play(recipe, provider.getTracer('test'), ids);
  return { config, spans: Map.groupBy(out, (span) => span.spanContext().traceId) };
}

/** Sends whole traces, a hundred at a time, as OTLP/JSON. */
async function send(traces: readonly (readonly ReadableSpan[])[], collector: Collector): Promise<void> {
  const url = `${collector.env('http/protobuf').OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
  for (let at = 0; at < traces.length; at += 100) {
    const body = JsonTraceSerializer.serializeRequest(traces.slice(at, at + 100).flat());
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> });
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  }
}

/** Trace ids that a Collector keeps, and how many spans of each. */
async function inCollector(rules: readonly Rule[], traces: readonly (readonly ReadableSpan[])[]) {
  const buffer = { spans: 1, bytes: 1, traceSpans: 1, wait: 10_000, linger: 1000, decisions: 65_536 };
  const { sampler, findings } = exportCollector(rules, { buffer, salt: SALT });
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  const { tail_sampling } = parse(sampler).processors;
  await using collector = await startCollector({ processors: { tail_sampling } });
  await send(traces, collector);
  // What is pending when a Collector of this version ends is lost now and then: the last trace,
  // which every list keeps, says that all others have been decided.
  await send([lastTrace()], collector);
  let spans = (await collector.received()).spans;
  while (!spans.some(({ traceId }) => traceId === LAST)) {
    await setTimeout(100);
    spans = (await collector.received()).spans;
  }
  spans = (await collector.finish()).spans.filter(({ traceId }) => traceId !== LAST);
  return new Map([...Map.groupBy(spans, ({ traceId }) => traceId)].map(([id, all]) => [id, all.length]));
}

const LAST = 'f'.repeat(32);

function lastTrace(): readonly ReadableSpan[] {
  const [recipe] = makeRecipes(1, 1);
  if (!recipe) throw new Error('no recipe');
  const root = { ...recipe.root, atStart: {}, isError: true };
  const { spans } = inProcess([{ traceId: LAST, root, children: [] }], {});
  return spans.get(LAST) ?? [];
}

const run = async (text: string) => {
  const recipes = makeRecipes(TRACES, 2026);
  const env = { SIGNALBOX_SAMPLING_RULES: text };
  const everything = inProcess(recipes, { ...env, SIGNALBOX_SAMPLING_PROPAGATE: 'always' }).spans;
  expect(everything.size).toBe(TRACES);
  const { config, spans: ours } = inProcess(recipes, env);
  const theirs = await inCollector(config.rules, [...everything.values()]);
  return { everything, rules: config.rules, ours, theirs };
};

/** FNV-1a of salt and trace id, 64 bit: the coin of the Collector's `probabilistic` policy. */
function collectorKeeps(traceId: string, share: number): boolean {
  let hash = 0xcbf29ce484222325n;
  for (const byte of [...Buffer.from(SALT), ...Buffer.from(traceId, 'hex')]) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return share >= 1 || hash <= BigInt(Math.floor(share * 2 ** 64));
}

const sizes = (traces: ReadonlyMap<string, readonly ReadableSpan[]>) =>
  new Map([...traces].map(([id, spans]) => [id, spans.length]));
const sorted = (traces: ReadonlyMap<string, number>) => [...traces].sort(([a], [b]) => (a < b ? -1 : 1));

describeWith('collector', 'the exported configuration in a real Collector', () => {
  test('keep and drop: the Collector keeps exactly the traces that the process keeps, whole', async () => {
    const { ours, theirs } = await run(`
      drop url.path=/health*|/metrics
      keep error
      keep duration>=5s
      keep {span.duration>2s kind=consumer}
      keep spans>=8
      keep agent
      keep llm
      keep user.tier=gold|platinum
      keep http.response.status_code=500..599
      keep feature.flag=true
      keep rows.count>=500
      keep event=exception
      keep root.tenant=acme
      drop`);
    expect(sorted(theirs)).toEqual(sorted(sizes(ours)));
    expect(ours.size).toBeGreaterThan(150);
    expect(ours.size).toBeLessThan(600);
  });

  test('with ratios: each trace has the rate of the same rule, tossed with the Collector’s own coin', async () => {
    const { everything, rules, theirs } = await run(`
      drop url.path=/health*|/metrics
      keep error
      keep duration>=5s
      0.7 agent
      0.5 llm
      0.4 user.tier=gold|platinum
      0.3 http.response.status_code=500..599
      0.2 event=exception
      0.1`);
    const shares = new Map(
      rules.map((rule) => [formatRule(rule), rule.rate.kind === 'fixed' ? rule.rate.rate : Number.NaN]),
    );
    const expected = new Map<string, number>();
    for (const { traceId, rule, spans } of explainTraces(rules, everything)) {
      if (collectorKeeps(traceId, shares.get(rule) ?? Number.NaN)) expected.set(traceId, spans);
    }
    expect(sorted(theirs)).toEqual(sorted(expected));
    expect(expected.size).toBeGreaterThan(100);
  });
});
