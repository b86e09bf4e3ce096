/** One trace through real processes: dd-trace, Signalbox, plain OpenTelemetry and B3, in turn. */
import path from 'node:path';
import { REGISTER, runApp } from '../support/run-app.ts';
import { splitTraceState } from './support/propagators.ts';

const APPS = path.join(import.meta.dirname, 'apps');
const QUIET = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
};

interface Kind {
  preload: string;
  env?: Record<string, string>;
}

const datadog: Kind = { preload: path.join(APPS, 'datadog.cjs'), env: { TRACER: 'datadog' } };
const plain: Kind = { preload: path.join(APPS, 'otel.cjs') };
const b3 = (style: string): Kind => ({ ...plain, env: { STYLE: style } });
const ours = (backend: string, env: Record<string, string> = {}): Kind => ({
  preload: REGISTER,
  env: { SIGNALBOX_BACKEND: backend, ...env },
});

interface Hop {
  headers: Record<string, string>;
  span: {
    traceId: string;
    spanId: string;
    parentId?: string;
    priority?: number;
    decisionMaker?: string;
    origin?: string;
  };
}

/** Starts the services, sends one request through all of them, and returns what each of them saw. */
async function through(kinds: readonly Kind[], headers: Record<string, string>): Promise<Hop[]> {
  const apps = kinds.map(({ preload, env }) =>
    runApp({
      app: path.join(APPS, 'hop.cjs'),
      loader: 'none',
      nodeArgs: ['--require', preload],
      env: { ...QUIET, ...env },
    }),
  );
  try {
    const urls = await Promise.all(
      apps.map(async (app) => `http://127.0.0.1:${(await app.waitForLine(/port (\d+)/))[1]}/`),
    );
    const [first = '', ...rest] = urls;
    const url = new URL(first);
    for (const each of rest) url.searchParams.append('next', each);
    return (await (await fetch(url, { headers })).json()) as Hop[];
  } finally {
    await Promise.all(apps.map((app) => app[Symbol.asyncDispose]()));
  }
}

const TRACE = '640cfd8d00000000abcdefab12345678';
const START = {
  'x-datadog-trace-id': String(BigInt(`0x${TRACE.slice(16)}`)),
  'x-datadog-parent-id': '987654321',
  'x-datadog-sampling-priority': '2',
  'x-datadog-origin': 'rum',
  'x-datadog-tags': `_dd.p.tid=${TRACE.slice(0, 16)},_dd.p.dm=-4`,
  traceparent: `00-${TRACE}-000000003ade68b1-01`,
  tracestate: 'dd=s:2;o:rum;t.dm:-4,congo=t61rcWkgMzE',
  baggage: 'tenant=acme%20inc,plan=gold',
};

/** The id of the span that sent the headers. */
function senderOf({ headers }: Hop): string | undefined {
  const b3Single = headers.b3?.split('-')[1];
  return headers.traceparent?.slice(36, 52) ?? b3Single ?? headers['x-b3-spanid'];
}

function expectOneTrace(hops: readonly Hop[]): void {
  for (const hop of hops) {
    expect(hop.span.traceId).toBe(TRACE);
    // The server span's parent is the client span of the service in front of it.
    expect(hop.span.parentId).toBe(senderOf(hop));
    expect(decodeURIComponent(hop.headers.baggage ?? '')).toBe('tenant=acme inc,plan=gold');
  }
  expect(new Set(hops.map(({ span }) => span.spanId)).size).toBe(hops.length);
}

describe.each([
  ['otlp', 'datadog'],
  ['datadog', 'otlp'],
])('Signalbox with %s and with %s', (first, second) => {
  test('between dd-trace and plain OpenTelemetry', async () => {
    const hops = await through([datadog, ours(first), plain, ours(second), datadog], START);
    expect(hops).toHaveLength(5);
    expectOneTrace(hops);
    const last = hops.at(-1) as Hop;
    expect(last.span).toMatchObject({ priority: 2, decisionMaker: '-4', origin: 'rum' });
    const { dd, others } = splitTraceState(last.headers.tracestate);
    expect(others).toEqual(['congo=t61rcWkgMzE']);
    expect(dd).toMatchObject({ s: '2', o: 'rum', 't.dm': '-4' });
    expect(last.headers).toMatchObject({
      'x-datadog-trace-id': START['x-datadog-trace-id'],
      'x-datadog-sampling-priority': '2',
      'x-datadog-origin': 'rum',
    });
    for (const { headers } of hops)
      expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/);
  });

  test.each(['b3', 'b3multi'])('with services that know only %s in between', async (style) => {
    const env = { OTEL_PROPAGATORS: `datadog,tracecontext,${style},baggage` };
    const hops = await through([datadog, ours(first, env), b3(style), ours(second, env), datadog], START);
    expect(hops).toHaveLength(5);
    expectOneTrace(hops);
    // B3 carries the decision, not who made it, nor tracestate.
    expect(hops.at(-1)?.span.priority).toBe(1);
  });
});
