import { join } from 'node:path';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const app = (name: string): string => join(import.meta.dirname, 'apps', name);
const TRACERS = ['lean', 'sdk'];

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

async function run(tracer: string, path: string, env: Record<string, string>, args: string[]) {
  receiver.clear();
  const exit = await runApp({
    app: path,
    args,
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'app', SIGNALBOX_TRACER: tracer, ...env },
  }).exit;
  expect(exit.code).toBe(0);
  return { stderr: exit.stderr, spans: [...receiver.spans], metrics: [...receiver.metrics] };
}

/** What differs from run to run taken out, and ids by the names of their spans. */
function view(spans: readonly ReceivedSpan[]): unknown[] {
  const names = new Map(spans.map(({ spanId, name, kind }) => [spanId, `${kind} ${name}`]));
  const perRun = /port|user_agent|url\.full|http\.url|http\.host|client\.address|peer/;
  const list = spans.map((span) => ({
    name: span.name,
    kind: span.kind,
    parent: span.parentSpanId && (names.get(span.parentSpanId) ?? 'elsewhere'),
    attributes: Object.fromEntries(
      Object.entries(span.attributes)
        .filter(([key]) => !perRun.test(key))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    status: span.status,
    flags: span.flags,
    events: span.events.map(({ name, attributes }) => ({ name, attributes })),
    links: span.links.map(({ attributes }) => attributes),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    scope: span.scope,
    isTimeRight: span.end >= span.start && Math.abs(Number(span.start / 1_000_000n) - Date.now()) < 60_000,
  }));
  return list.map((one) => JSON.stringify(one)).sort();
}

const LIMITS = {
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3',
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
  OTEL_SPAN_EVENT_COUNT_LIMIT: '2',
  OTEL_SPAN_LINK_COUNT_LIMIT: '2',
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '1',
  SIGNALBOX_REDACTION: 'false',
};

test.each<[what: string, path: string, spans: number, env: Record<string, string>, args: string[]]>([
  ['spans by hand', 'manual-spans.cjs', 3, {}, []],
  ['instrumented HTTP, express and fetch', 'http-express.cjs', 5, {}, ['--once']],
  ['everything a span can have', app('plenty.cjs'), 10, {}, []],
  ['everything, against limits', app('plenty.cjs'), 10, LIMITS, []],
  ['traces that are sampled out', app('plenty.cjs'), 0, { OTEL_TRACES_SAMPLER: 'always_off' }, []],
  [
    'rules asked at the end',
    app('plenty.cjs'),
    10,
    { SIGNALBOX_SAMPLING_RULES: 'keep error; keep duration > 1h; 1' },
    [],
  ],
  ['ids of 64 bits', 'manual-spans.cjs', 3, { DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED: 'false' }, []],
])('%s arrive the same from both tracers', async (_, path, spans, env, args) => {
  const [lean, sdk] = [await run('lean', path, env, args), await run('sdk', path, env, args)];
  expect(sdk.spans.length).toBeGreaterThanOrEqual(spans);
  expect(view(lean.spans)).toEqual(view(sdk.spans));
  expect(lean.stderr.replaceAll(/\d/g, '')).toBe(sdk.stderr.replaceAll(/\d/g, ''));
});

test.each(TRACERS)('%s counts its spans', async (tracer) => {
  const { metrics, spans } = await run(tracer, 'manual-spans.cjs', {}, []);
  expect(spans).toHaveLength(3);
  const points = (name: string) => metrics.filter((metric) => metric.name === name).at(-1)?.points;
  expect(points('otel.sdk.span.started')).toMatchObject([
    {
      value: 3,
      attributes: { 'otel.span.parent.origin': 'none', 'otel.span.sampling_result': 'RECORD_AND_SAMPLE' },
    },
  ]);
  expect(points('otel.sdk.span.live')).toMatchObject([{ value: 0 }]);
});

test('a tracer that there is not is one line, and the default is used', async () => {
  const { stderr, spans } = await run('fast', 'manual-spans.cjs', {}, []);
  expect(stderr).toMatch(/SIGNALBOX_TRACER.*"fast".*lean.*sdk.*\[CFG\d+\]/);
  expect(spans).toHaveLength(3);
});
