/** Real services on loopback that call each other in any order, and the backends they export to. */
import path from 'node:path';
import { DatadogAgent } from '../../support/datadog-agent.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/receivers/index.ts';
import { type App, REGISTER, runApp } from '../../support/run-app.ts';

const APPS = path.join(import.meta.dirname, '../apps');
const NOWHERE = 'http://127.0.0.1:9';

/** What one service received, and its server span. */
export interface Hop {
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

/** Services by name, started once: each request says which of them it passes, and in which order. */
export class Fleet<Name extends string> {
  private constructor(
    private readonly apps: readonly App[],
    private readonly urls: ReadonlyMap<Name, string>,
    readonly agent: DatadogAgent,
    readonly receiver: OtlpReceiver,
  ) {}

  /** @param services preload (file of `apps/`, or `signalbox`) and environment of each service */
  static async start<Name extends string>(
    services: Record<Name, { readonly preload: string; readonly env: Record<string, string> }>,
  ): Promise<Fleet<Name>> {
    const agent = await DatadogAgent.start();
    const receiver = await startOtlpReceiver('http/protobuf');
    const base = {
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    };
    const started = Object.entries<{ preload: string; env: Record<string, string> }>(services).map(
      ([name, { preload, env }]) => {
        const isOurs = preload === 'signalbox';
        const where = isOurs
          ? { ...receiver.env, DD_TRACE_AGENT_URL: agent.url }
          : { DD_TRACE_AGENT_URL: NOWHERE };
        const app = runApp({
          app: path.join(APPS, 'hop.cjs'),
          loader: 'none',
          timeout: 120_000,
          nodeArgs: ['--require', isOurs ? REGISTER : path.join(APPS, preload)],
          env: { ...base, ...where, OTEL_SERVICE_NAME: name, ...env },
        });
        return [name as Name, app] as const;
      },
    );
    const urls = started.map(
      async ([name, app]) => [name, `http://127.0.0.1:${(await app.waitForLine(/port (\d+)/))[1]}/`] as const,
    );
    return new Fleet(
      started.map(([, app]) => app),
      new Map(await Promise.all(urls)),
      agent,
      receiver,
    );
  }

  /** Sends one request through the services, and returns what each of them saw. */
  async send(way: readonly Name[], headers: Record<string, string>): Promise<Hop[]> {
    const [first = '', ...rest] = way.map((name) => this.urls.get(name) as string);
    const url = new URL(first);
    for (const each of rest) url.searchParams.append('next', each);
    return (await (await fetch(url, { headers })).json()) as Hop[];
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app[Symbol.asyncDispose]()));
    await Promise.all([this.agent.stop(), this.receiver.close()]);
  }
}
