/**
 * Every form of rule, over one trace of every kind: what arrived at an OTLP backend and at a Datadog
 * Agent, and which headers a service that was called meanwhile got.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatadogAgent, type DatadogSpan } from '../support/datadog-agent.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const APP = join(import.meta.dirname, 'apps', 'sampled.cjs');

let agent: DatadogAgent;
let receiver: OtlpReceiver;
let downstream: Server;
const calls = new Map<string, IncomingHttpHeaders>();

beforeAll(async () => {
  downstream = createServer((request, response) => {
    calls.set(decodeURIComponent((request.url ?? '').slice(1)), request.headers);
    response.end('ok');
  });
  await new Promise<void>((resolve) => downstream.listen(0, '127.0.0.1', resolve));
});

afterAll(() => new Promise((resolve) => downstream.close(resolve)));

beforeEach(async () => {
  calls.clear();
  [agent, receiver] = await Promise.all([DatadogAgent.start(), startOtlpReceiver('http/protobuf')]);
});

afterEach(() => Promise.all([agent.stop(), receiver.close()]));

/** How the trace of one kind came out. */
interface Arrived {
  /** The local root at the OTLP backend. */
  readonly root: ReceivedSpan | undefined;
  /** All spans of its trace there. */
  readonly spans: readonly ReceivedSpan[];
  /** The local root at the Agent. */
  readonly entry: DatadogSpan | undefined;
  readonly datadog: readonly DatadogSpan[];
  /** What the service got that was called meanwhile. */
  readonly headers: IncomingHttpHeaders;
}

async function run(env: Record<string, string>): Promise<ReadonlyMap<string, Arrived>> {
  const { stderr } = await runApp({
    app: APP,
    env: {
      ...receiver.env,
      SIGNALBOX_BACKEND: 'otlp,datadog',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'shop',
      DD_TRACE_AGENT_URL: agent.url,
      DOWNSTREAM: `http://127.0.0.1:${(downstream.address() as AddressInfo).port}`,
      ...env,
    },
  }).exit;
  expect(stderr.split('\n').filter((line) => / (WARN|ERROR) /.test(line))).toEqual([]);
  return new Map(KINDS.map((kind) => [kind, arrived(kind)]));
}

/** Spans of every kind in the application, the client span of its call included. */
const SPANS = { many: 11, 'quiet plain': 2, 'quiet error': 2 } as const;
const KINDS = [
  ...['plain', 'health', 'job', 'batch', 'error', 'slow', 'step', 'chat', 'tokens', 'agent', 'many', 'event'],
  ...['ok', 'gold', 'route', 'remote kept', 'remote dropped', 'remote failed', 'manual keep', 'manual drop'],
  ...['quiet plain', 'quiet error', 'late call'],
];
/** Kinds whose fate the rules of the test do not decide: the parent's decision, or the user's. */
const GIVEN = ['remote kept', 'manual keep'];
const REJECTED = ['remote dropped', 'manual drop'];
const ENTRIES = KINDS.filter((kind) => !/^(remote|manual) /.test(kind));

function arrived(kind: string): Arrived {
  const root = receiver.spans.find(({ name }) => name === kind);
  const entry = agent.spans.find(({ meta }) => meta['test.kind'] === kind);
  return {
    root,
    spans: receiver.spans.filter(({ traceId }) => traceId === root?.traceId),
    entry,
    datadog: agent.spans.filter((span) => span.trace_id === entry?.trace_id),
    headers: calls.get(kind) ?? {},
  };
}

/** A part of a trace that was dropped upstream is kept at the priority it came with. */
const isRescued = ({ entry }: Arrived) => entry?.metrics['_dd.span_sampling.mechanism'] === 8;
const isKept = (one: Arrived) => (one.entry?.metrics._sampling_priority_v1 ?? -1) > 0 || isRescued(one);

/** What must hold whatever the rules are. */
function expectConsistent(all: ReadonlyMap<string, Arrived>): void {
  for (const [kind, one] of all) {
    const { root, spans, entry, datadog, headers } = one;
    // Both backends agree, whole traces only; the Agent also gets rejected ones, to count them.
    const size = kind in SPANS ? SPANS[kind as keyof typeof SPANS] : 3;
    expect([kind, spans.length]).toEqual([kind, isKept(one) ? size : 0]);
    for (const span of datadog) {
      if (span.metrics._sampling_priority_v1 === undefined) continue;
      expect(span.metrics._sampling_priority_v1).toBe(entry?.metrics._sampling_priority_v1);
    }
    // All spans of a trace carry one weight.
    const states = new Set(spans.map(({ traceState }) => traceState));
    expect([kind, states.size]).toEqual([kind, root ? 1 : 0]);
    if (kind.startsWith('quiet')) continue;
    // Every header names one decision, and what was promised was kept.
    const {
      traceparent = '',
      'x-datadog-sampling-priority': priority,
      'x-datadog-tags': tags = '',
    } = headers;
    const isSampled = String(traceparent).endsWith('-01');
    expect([kind, Number(priority) > 0]).toEqual([kind, isSampled]);
    expect([kind, /_dd\.p\.dm=/.test(String(tags))]).toEqual([kind, isSampled && kind !== 'remote kept']);
    expect(headers.tracestate).toMatch(new RegExp(`(^|,)dd=([^,]*;)?s:${priority}(;|,|$)`));
    if (isSampled) expect([kind, isKept(one)]).toEqual([kind, true]);
    if (!isSampled) expect(headers.tracestate).not.toMatch(/ot=[^,]*th:0(;|,|$)/);
  }
}

const FAILED = ['error', 'quiet error', 'late call'];
const but = (...without: string[]) => ENTRIES.filter((kind) => !without.includes(kind));

describe('conditions on the start: the head decides, and downstream hears it', () => {
  test.each<[string, string[]]>([
    ['keep', ENTRIES],
    ['drop', []],
    ['drop url.path=/health*; keep', but('health')],
    ['keep url.path~^/health; drop', ['health']],
    ['keep name=pl?in; drop', ['plain']],
    ['keep kind=consumer; drop', ['job']],
    ['keep service=batch; drop', ['batch']],
    ['keep messaging.destination.name; drop', ['job']],
    ['drop http.request.method=GET url.path=/buy; keep', ['health', 'job', 'batch']],
    ['keep root; drop', ENTRIES],
    ['drop !root; keep', ENTRIES],
    ['keep remote; drop', []],
    ['keep sampled; drop', []],
    ['keep tracestate.vendor=x; drop', []],
    ['keep operation=batch; keep resource=job; drop', ['batch', 'job']],
    ['keep root.http.request.method=GET; drop', but('health', 'job', 'batch')],
  ])('%s', async (rules, kept) => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: rules });
    expectConsistent(all);
    for (const kind of ENTRIES) {
      const { root, entry, headers } = all.get(kind) as Arrived;
      const isIn = kept.includes(kind);
      expect([kind, root !== undefined]).toEqual([kind, isIn]);
      expect(entry?.metrics).toMatchObject({
        _sampling_priority_v1: isIn ? 2 : -1,
        '_dd.rule_psr': isIn ? 1 : 0,
      });
      expect(entry?.meta['_dd.p.dm']).toBe(isIn ? '-3' : undefined);
      if (isIn) expect(root?.traceState).toMatch(/^ot=rv:[0-9a-f]{14};th:0$/);
      if (!kind.startsWith('quiet')) expect(headers.traceparent).toMatch(isIn ? /-01$/ : /-00$/);
      if (isIn && headers.tracestate) expect(headers.tracestate).toContain(root?.traceState);
    }
  });
});

describe('conditions on what comes later: kept whole, after downstream was told no', () => {
  test.each<[string, string[]]>([
    ['keep error; drop', FAILED],
    ['keep duration>5s; drop', ['slow']],
    ['keep duration=2s..5s; drop', ['step']],
    ['keep span.duration>2s; drop', ['slow', 'step']],
    ['keep tokens>1000; drop', ['tokens']],
    ['keep llm; drop', ['chat', 'tokens']],
    ['keep agent; drop', ['agent']],
    ['keep spans>=8; drop', ['many']],
    ['keep event=retry; drop', ['event']],
    ['keep status=ok; drop', ['ok']],
    ['keep user.tier=gold|platinum; drop', ['gold']],
    ['keep user.tier; drop', ['gold']],
    ['keep user.tier~^G; drop', ['gold']],
    ['keep http.response.status_code>=500; drop', ['route']],
    ['keep http.response.status_code=500..599; drop', ['route']],
    ['keep root.tenant=acme; drop', ['route']],
    ['keep {error name=child}; drop', FAILED],
    ['keep {error name=plain}; drop', []],
    ['keep error duration<1s; drop', FAILED],
    ['keep !error spans<4 !kind=consumer; drop', but(...FAILED, 'many', 'job')],
  ])('%s', async (rules, kept) => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: rules.replace(';', ' # the first;') });
    expectConsistent(all);
    for (const kind of ENTRIES) {
      const { root, entry, headers } = all.get(kind) as Arrived;
      const isIn = kept.includes(kind);
      expect([kind, root !== undefined]).toEqual([kind, isIn]);
      expect(entry?.metrics).toMatchObject({
        _sampling_priority_v1: isIn ? 2 : -1,
        '_dd.rule_psr': isIn ? 1 : 0,
      });
      expect(entry?.meta['_dd.p.dm']).toBe(isIn ? '-3' : undefined);
      if (root) {
        expect(root.traceState).toMatch(/^ot=rv:[0-9a-f]{14};th:0$/);
        expect(root.attributes['signalbox.sampling.rule']).toBe('the first');
      }
      if (!kind.startsWith('quiet')) expect(headers.traceparent).toMatch(/-00$/);
    }
  });
});

test('drop by a later fact: only what nobody heard of; what is sent afterwards says no', async () => {
  const all = await run({ SIGNALBOX_SAMPLING_RULES: 'drop error; keep' });
  expectConsistent(all);
  const dropped = ENTRIES.filter((kind) => all.get(kind)?.root === undefined);
  expect(dropped).toEqual(['quiet error', 'late call']);
  for (const kind of dropped) expect(all.get(kind)?.entry?.metrics._sampling_priority_v1).toBe(-1);
  expect(all.get('late call')?.headers).toMatchObject({
    traceparent: expect.stringMatching(/-00$/),
    tracestate: expect.not.stringContaining('ot='),
    'x-datadog-sampling-priority': '-1',
    'x-datadog-tags': expect.not.stringContaining('_dd.p.dm'),
  });
});

describe('rates', () => {
  test('a share: the weight and the rate are written everywhere, from one number per trace', async () => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: '0.5' });
    expectConsistent(all);
    for (const kind of ENTRIES) {
      const { root, entry, headers } = all.get(kind) as Arrived;
      expect(entry?.metrics).toMatchObject({ '_dd.rule_psr': 0.5 });
      if (root) expect(root.traceState).toMatch(/^ot=rv:[89a-f][0-9a-f]{13};th:8$/);
      if (kind.startsWith('quiet')) continue;
      expect(headers.tracestate).toMatch(root ? /ot=rv:[89a-f].*;th:8$/ : /ot=rv:[0-7].*;th:8$/);
      expect(headers['x-datadog-tags']).toContain('_dd.p.ksr=0.5');
    }
  });

  test('a share of what a later fact selects', async () => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: '0.5 llm; drop' });
    expectConsistent(all);
    const kept = ENTRIES.filter((kind) => all.get(kind)?.root);
    expect(['chat', 'tokens']).toEqual(expect.arrayContaining(kept));
    for (const kind of kept) {
      expect(all.get(kind)?.root?.traceState).toMatch(/^ot=rv:[89a-f][0-9a-f]{13};th:8$/);
      expect(all.get(kind)?.entry?.metrics['_dd.rule_psr']).toBe(0.5);
    }
  });

  test('N/s: below the target everything is kept, with weight one', async () => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: '1000/s min=0.01' });
    expectConsistent(all);
    for (const kind of ENTRIES) expect(all.get(kind)?.root?.traceState).toMatch(/^ot=rv:[0-9a-f]{14};th:0$/);
  });

  test('N/s with a maximum: the maximum is the rate', async () => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: '1000/s max=0.25' });
    expectConsistent(all);
    for (const kind of ENTRIES) {
      const { root, entry } = all.get(kind) as Arrived;
      expect(entry?.metrics['_dd.rule_psr']).toBe(0.25);
      if (root) expect(root.traceState).toMatch(/^ot=rv:[c-f][0-9a-f]{13};th:c$/);
    }
  });

  test('<=N/s: what passes has no weight, what does not is rejected with the rate of the limit', async () => {
    const all = await run({ SIGNALBOX_SAMPLING_RULES: '<=3/s' });
    expectConsistent(all);
    const kept = ENTRIES.filter((kind) => all.get(kind)?.root);
    expect(kept[0]).toBe('plain');
    expect(kept.length).toBeLessThan(ENTRIES.length / 2);
    for (const kind of ENTRIES) {
      const { root, entry, headers } = all.get(kind) as Arrived;
      expect(entry?.metrics).toMatchObject({ '_dd.rule_psr': 1, '_dd.limit_psr': expect.any(Number) });
      expect(root?.traceState ?? '').toBe('');
      expect(headers.tracestate ?? '').not.toContain('ot=');
    }
  });
});

test('the decisions of parents and of users in code hold against every rule', async () => {
  const all = await run({ SIGNALBOX_SAMPLING_RULES: 'keep error; 0.5' });
  for (const kind of GIVEN) expect([kind, isKept(all.get(kind) as Arrived)]).toEqual([kind, true]);
  for (const kind of REJECTED) expect([kind, isKept(all.get(kind) as Arrived)]).toEqual([kind, false]);
  expect(all.get('remote kept')?.root?.traceState).toBe('ot=rv:80000000000000;th:8,vendor=x');
  expect(all.get('remote kept')?.headers.tracestate).toContain('ot=rv:80000000000000;th:8,vendor=x');
  expect(all.get('manual keep')?.entry).toMatchObject({
    meta: { '_dd.p.dm': '-4' },
    metrics: { _sampling_priority_v1: 2 },
  });
});

test('a failed part of a trace that was dropped upstream is rescued and marked; downstream stays dropped', async () => {
  const { root, spans, entry, headers } = (await run({ SIGNALBOX_SAMPLING_RULES: 'keep error; drop' })).get(
    'remote failed',
  ) as Arrived;
  expect(spans).toHaveLength(3);
  expect(root?.attributes).toMatchObject({
    'signalbox.sampling.rescued': true,
    'signalbox.sampling.rule': 'keep error',
  });
  expect(entry?.metrics).toMatchObject({
    _sampling_priority_v1: 0,
    '_dd.span_sampling.mechanism': 8,
    '_dd.span_sampling.rule_rate': 1,
  });
  expect(headers).toMatchObject({
    traceparent: expect.stringMatching(/-00$/),
    'x-datadog-sampling-priority': '0',
  });
});
