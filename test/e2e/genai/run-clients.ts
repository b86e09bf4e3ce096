/** Runs every client of the matrix in real processes that send to an OTLP backend and to Datadog at once. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderServer } from '../../genai/support/provider-server.ts';
import { DatadogAgent, type DatadogSpan } from '../../support/datadog-agent.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/receivers/index.ts';
import { ROOT, runApp } from '../../support/run-app.ts';

const APPS = join(import.meta.dirname, '../apps/genai');
const SHARED = ['openai.mjs', 'scenario.mjs'];

/** One span as either backend has it. */
export interface Span {
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly trace: string;
  /** Datadog only. */
  readonly type: string | undefined;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What one backend got. */
export interface Side {
  /** Spans by the cell they belong to, e.g. `openai6/whole`. */
  readonly cells: ReadonlyMap<string, readonly Span[]>;
  /** All that arrived, decoded, as one text to search. */
  readonly text: string;
}

/** What both backends got of one run. */
export interface Sides {
  readonly otlp: Side;
  readonly datadog: Side;
  /** What the OTLP backend got of histograms: each data point with its number of values. */
  readonly metrics: readonly { name: string; unit: string; count: number }[];
}

/** The clients, each with the application that uses it. */
const RUNS = ['openai6', 'openai7', 'others'] as const;

/** Runs all clients once, or only some of the applications. */
export async function runClients(
  loader: 'require' | 'import',
  env: Readonly<Record<string, string>> = {},
  runs: readonly (typeof RUNS)[number][] = RUNS,
): Promise<Sides> {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-matrix-'));
  const provider = await new ProviderServer().start();
  const receiver = await startOtlpReceiver('http/protobuf');
  const agent = await DatadogAgent.start();
  try {
    installOpenAi7(directory);
    for (const client of runs) {
      const app = { openai6: join(APPS, 'openai.mjs'), openai7: join(directory, 'openai.mjs') };
      const exit = await runApp({
        app: client === 'others' ? join(APPS, 'clients.mjs') : app[client],
        loader,
        env: {
          ...receiver.env,
          SIGNALBOX_BACKEND: 'otlp,datadog',
          DD_TRACE_AGENT_URL: agent.url,
          PROVIDER_URL: provider.url,
          OTEL_SERVICE_NAME: 'agents',
          ...(client === 'others' ? {} : { CLIENT: client }),
          ...env,
        },
        timeout: 60_000,
      }).exit;
      expect([client, exit.code, exit.stderr]).toEqual([client, 0, expect.not.stringContaining('kept-')]);
    }
    return { otlp: otlpSide(receiver), datadog: datadogSide(agent), metrics: countsOf(receiver) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await Promise.all([provider.stop(), receiver.close(), agent.stop()]);
  }
}

/** The application of `openai` in a project that has version 7 installed. */
function installOpenAi7(directory: string): void {
  const modules = join(directory, 'node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(join(ROOT, 'node_modules/openai7'), join(modules, 'openai'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/@opentelemetry'), join(modules, '@opentelemetry'));
  for (const file of SHARED) cpSync(join(APPS, file), join(directory, file));
}

function otlpSide(receiver: OtlpReceiver): Side {
  return {
    cells: byCell(receiver.spans.map(otlpSpan)),
    text: textOf(receiver.requests.map(({ message }) => message)),
  };
}

function otlpSpan({ name, spanId, parentSpanId = '', traceId, status, attributes }: ReceivedSpan): Span {
  const failed = status.code === 'ERROR';
  return { name, id: spanId, parent: parentSpanId, trace: traceId, type: undefined, failed, attributes };
}

function countsOf({ metrics }: OtlpReceiver): Sides['metrics'] {
  return metrics.flatMap(({ name, unit, points }) =>
    points.map((point) => ({ name, unit, count: Number('count' in point ? point.count : 0) })),
  );
}

function datadogSide(agent: DatadogAgent): Side {
  return { cells: byCell(agent.spans.map(datadogSpan)), text: textOf([agent.requests, agent.datagrams]) };
}

function datadogSpan({ resource, span_id, parent_id, type, error, meta, metrics }: DatadogSpan): Span {
  return {
    name: resource,
    id: `${span_id}`,
    parent: `${parent_id}`,
    trace: meta['otel.trace_id'] ?? '',
    type,
    failed: error === 1,
    attributes: { ...mapLists(meta), ...metrics },
  };
}

/** Lists of texts are JSON there. */
function mapLists(meta: Readonly<Record<string, string>>): Record<string, unknown> {
  const read = (value: string): unknown => (value.startsWith('["') ? JSON.parse(value) : value);
  return Object.fromEntries(Object.entries(meta).map(([key, value]) => [key, read(value)]));
}

const SCENARIO = 'scenario ';

function byCell(spans: readonly Span[]): Map<string, Span[]> {
  const cells = new Map<string, Span[]>();
  for (const group of Map.groupBy(spans, ({ trace }) => trace).values()) {
    const root = group.find(({ name }) => name.startsWith(SCENARIO));
    cells.set(root?.name.slice(SCENARIO.length) ?? `no cell: ${group[0]?.name}`, group);
  }
  return cells;
}

/** The span that stands for the cell itself. */
export function scenarioOf(spans: readonly Span[]): Span {
  return spans.find(({ name }) => name.startsWith(SCENARIO)) as Span;
}

/** The spans of a cell that are about GenAI; beside them are the cell's own and those of HTTP. */
export function genAi(spans: readonly Span[] = []): Span[] {
  return spans.filter(({ attributes }) =>
    Object.keys(attributes).some((key) => key.startsWith('gen_ai.') || key === 'mcp.method.name'),
  );
}

/** Text and numbers as they are, bytes as Latin-1. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint') return `${inner}`;
    return inner instanceof Uint8Array ? Buffer.from(inner).toString('latin1') : inner;
  });
}
