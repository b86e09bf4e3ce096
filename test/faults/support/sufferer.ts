/** The application that suffers a fault, and what it tells about it afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type Exit, type RunOptions, runApp } from '../../support/run-app.ts';
import { type Report, readEnded, readReport } from '../../support/report.ts';

/** What apps/spans.cjs is told. */
export interface Orders {
  /** How many spans are ended in all. Default 60. */
  readonly spans?: number;
  /** How many at once, and ms between. Default 10 and 5. */
  readonly chunk?: number;
  readonly every?: number;
  /** Length of a text attribute. Default 10. */
  readonly size?: number;
  /** Milliseconds until it ends although spans are in memory. Default 10 s. */
  readonly patience?: number;
  /** It does not end before so many are delivered, those of earlier processes included. Default 0. */
  readonly until?: number;
  /** A name of apps/ends.cjs. Default `natural`. */
  readonly end?: string;
}

export interface Sufferer extends AsyncDisposable {
  readonly app: App;
  /** Its own directory, which is removed afterwards. */
  readonly directory: string;
  /** Resolves at its end. */
  readonly outcome: Promise<Outcome>;
}

export interface Outcome {
  readonly exit: Exit;
  /** Ids of the spans that it has ended. */
  readonly ended: readonly string[];
  /** Undefined if it was killed. */
  readonly report: Report | undefined;
}

/** Pauses made short, so that minutes of an outage are seconds. */
const QUICK = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20',
  OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
  SIGNALBOX_DATADOG_TIMEOUT: '5000',
  SIGNALBOX_RETRY_DELAY: '50',
  SIGNALBOX_RETRY_MAX_DELAY: '200',
  SIGNALBOX_BREAKER_RESET_TIMEOUT_S: '1',
};

/** Where a backend hangs, so that it is noticed soon. A busy machine may then send twice. */
export const IMPATIENT = { OTEL_EXPORTER_OTLP_TIMEOUT: '1000', SIGNALBOX_DATADOG_TIMEOUT: '1000' };

export const APPS = join(import.meta.dirname, '..', 'apps');

/** Starts it; orders for another application are its second argument. What waits on the machine's load is bounded by `timeout`, 60 s. */
export function suffer(
  env: Record<string, string>,
  orders: Orders | string = {},
  options: Partial<RunOptions> = {},
): Sufferer {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-fault-'));
  const app = runApp({
    app: join(APPS, 'spans.cjs'),
    args: [directory, typeof orders === 'string' ? orders : JSON.stringify(orders)],
    timeout: 60_000,
    ...options,
    env: { ...QUICK, ...env },
  });
  const outcome = app.exit.then((exit) => ({
    exit,
    ended: readEnded(directory),
    report: readReport(directory),
  }));
  outcome.catch(() => {});
  return {
    app,
    directory,
    outcome,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
