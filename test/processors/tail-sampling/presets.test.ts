/** The presets of docs/sampling.md, word for word, over real traces. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type Rig, rig, seeded, traceId } from '../../samplers/support.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sampling.md'), 'utf8');

/** The rules below the sentence that begins so. */
function preset(name: string): Rig {
  const text = new RegExp(`^The ${name}:.*\\n\\n\`\`\`\\n([\\s\\S]*?)\`\`\``, 'm').exec(PAGE)?.[1];
  if (text === undefined) throw new Error(`docs/sampling.md has no preset for the ${name}`);
  const r = rig({ SIGNALBOX_SAMPLING_RULES: text });
  expect(r.host.problems).toEqual([]);
  return r;
}

type Make = (root: Span, child: Span) => void;
const nothing: Make = () => {};
const failing: Make = (_, child) => child.setStatus({ code: SpanStatusCode.ERROR });
const operation =
  (name: string, input = 1, output = 1): Make =>
  (_, child) =>
    child.setAttributes({
      'gen_ai.operation.name': name,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
    });

/** Share of so many traces that were exported, whole. */
function shareKept(r: Rig, make: Make, { traces = 200, seconds = 0, attributes = {} } = {}): number {
  r.reset();
  for (let trace = 0; trace < traces; trace++) {
    const startTime = Date.now();
    const root = r.start('root', { startTime, attributes });
    const child = r.start('child', { startTime }, root);
    make(root, child);
    child.end(startTime + 1);
    root.end(startTime + seconds * 1000);
  }
  const names = r.exported().map(({ name }) => name);
  const roots = names.filter((name) => name === 'root').length;
  expect(names.length).toBe(2 * roots);
  return roots / traces;
}

const about = (share: number, traces: number) => [
  share - 5 * Math.sqrt((share * (1 - share)) / traces),
  share + 5 * Math.sqrt((share * (1 - share)) / traces),
];
function expectAbout(actual: number, share: number, traces: number): void {
  const [from = 0, to = 1] = about(share, traces);
  expect(actual).toBeGreaterThan(from);
  expect(actual).toBeLessThan(to);
}

const MANY = { traces: 4000 };

test('the LLM service', () => {
  const r = preset('LLM service');
  expect(shareKept(r, failing)).toBe(1);
  expect(shareKept(r, nothing, { seconds: 5.001 })).toBe(1);
  expect(shareKept(r, operation('chat', 900, 101))).toBe(1);
  expect(shareKept(r, operation('invoke_agent'))).toBe(1);
  expectAbout(shareKept(r, operation('chat', 900, 100), MANY), 0.5, MANY.traces);
  expectAbout(shareKept(r, nothing, { ...MANY, seconds: 5 }), 0.1, MANY.traces);
});

test('the busy API', () => {
  const r = preset('busy API');
  expect(shareKept(r, failing)).toBe(1);
  expect(shareKept(r, nothing, { seconds: 5.001 })).toBe(1);
  for (const path of ['/health', '/healthz', '/ready', '/metrics']) {
    expect(shareKept(r, failing, { attributes: { 'url.path': path } })).toBe(0);
  }
  const perSecond = (arrivals: number, seconds: number) => {
    let kept = 0;
    for (let second = 0; second < seconds; second++) {
      kept += shareKept(r, nothing, { traces: arrivals }) * arrivals;
      r.host.advance(1000);
    }
    return kept / seconds;
  };
  perSecond(1000, 20);
  expect(Math.abs(perSecond(1000, 20) - 100)).toBeLessThan(15);
  // The target would be 0.4 % of these; decided by the sampler alone, because they are so many.
  const random = seeded(12);
  for (let second = 0; second < 12; second++) {
    for (let at = 0; at < 25_000; at++) {
      r.sampler.shouldSample(ROOT_CONTEXT, traceId(random), 'root', SpanKind.INTERNAL, {}, []);
    }
    r.host.advance(1000);
  }
  expectAbout(shareKept(r, nothing, MANY), 0.01, MANY.traces);
});

test('the batch worker', () => {
  const r = preset('batch worker');
  expect(shareKept(r, failing)).toBe(1);
  expect(shareKept(r, nothing, { seconds: 601 })).toBe(1);
  expectAbout(shareKept(r, nothing, MANY), 0.1, MANY.traces);
  // Two spans each: a second's worth of the limit, and no more.
  const noisy = { ...MANY, attributes: { 'messaging.destination.name': 'firehose' } };
  expect(shareKept(r, nothing, noisy)).toBeCloseTo(2000 / 2 / MANY.traces, 1);
});
