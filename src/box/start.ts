import { diag, metrics } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import {
  type DestinationStats,
  observeDeliveries,
  observeSpool,
  type SpoolStats,
} from '../../exporters/index.ts';
import { allVariables, type Environment } from '../config/index.ts';
import { errorMessage, formatProblem, type Host, loadModule, type Problem, VERSION } from '../core/index.ts';
import { type Application, findApplication, findPackage, loadFrom } from './application.ts';
import { type Assembly, assemble } from './assemble.ts';
import {
  type Box,
  clearCurrentBox,
  currentBox,
  type Registration,
  type StartOptions,
  setCurrentBox,
} from './box.ts';
import { type LoadedConfiguration, loadConfiguration } from './configuration.ts';
import { createCounters } from './counters.ts';
import { createPropagator } from './create-propagator.ts';
import { checkDdTrace, reportIgnored } from './dd-trace.ts';
import { createDiagFilter } from './diag-filter.ts';
import { DirtyFlag } from './dirty.ts';
import { deliverAtExit } from './exit-delivery.ts';
import { isFlushFailure } from './flush-failure.ts';
import { createInstrumentations, createPassThrough } from './instrumentations.ts';
import { readNow } from './last-reading.ts';
import { superviseEnd } from './lifecycle.ts';
import { LineRedactor } from './line-redactor.ts';
import { diagLogger, StderrLog } from './log.ts';
import { LogCorrelation } from './log-correlation.ts';
import { lossReport, spoolReport } from './loss-report.ts';
import { checkGlobalApi } from './other-sdk.ts';
import { installPropagation, type Providers, startProviders } from './providers.ts';
import { createResource, type Identity, identify } from './resource.ts';
import type { SdkConfiguration } from './sdk-configuration.ts';
import { shutDown } from './shut-down.ts';
import { startupLine } from './startup-line.ts';
import { environment, systemClock, systemHost, writeLine } from './system-host.ts';

/**
 * Starts Signalbox: reads the configuration, assembles the SDK and makes it the global one. A
 * second call is harmless: it warns and returns the box that runs.
 */
export function start(options: StartOptions & Registration = {}): Box {
  const running = currentBox();
  if (running) {
    const how = options.registered
      ? 'register.js is loaded a second time'
      : 'start() is called while it runs';
    writeLine(`signalbox: WARN ${how}. The first one stays. [SDK001]`);
    return running;
  }
  const box = new Starter(options).start();
  setCurrentBox(box);
  return box;
}

/**
 * The configured SDK as options for `new NodeSDK()`, for set-ups that want to start it themselves.
 * Problems of the configuration are reported as {@link start} does.
 */
export function nodeSdkConfiguration(options: StartOptions = {}): SdkConfiguration {
  return new Starter(options).configure();
}

class Starter {
  private readonly application: Application;
  private readonly loaded: LoadedConfiguration;
  private readonly log: StderrLog;
  private readonly problems: Problem[] = [];
  private readonly reported = new Set<string>();
  private readonly host: Host;
  private readonly dirty = new DirtyFlag();
  private readonly correlation: LogCorrelation;
  private readonly env: Environment;

  constructor(private readonly options: StartOptions & Registration) {
    const directory = process.cwd();
    this.application = findApplication(process.argv[1], directory);
    const { config, components } = options;
    this.env = options.env ?? environment();
    this.loaded = loadConfiguration({ env: this.env, config, components, directory });
    this.correlation = new LogCorrelation(this.loaded.config.signals.logs.length > 0);
    const redactor = new LineRedactor(this.loaded.config, () => this.host);
    this.log = new StderrLog(this.loaded.config.logLevel, systemClock, (line) =>
      writeLine(redactor.clean(line)),
    );
    this.host = systemHost({
      log: this.log,
      report: this.report,
      counters: createCounters(),
      load: (specifier) => this.loadOptional(specifier),
    });
  }

  /** Says each problem once, and keeps it for {@link Box.problems}. */
  private readonly report = (problem: Problem): void => {
    const line = formatProblem(problem);
    if (this.reported.has(line)) return;
    this.reported.add(line);
    this.problems.push(problem);
    this.log.problem(problem);
  };

  start(): Box {
    const { config, components } = this.loaded;
    for (const problem of this.loaded.problems) this.host.report(problem);
    if (!checkGlobalApi(this.host.report)) return this.idle();
    if (!this.mayStartBesideDdTrace()) return this.idle();
    reportIgnored(this.env, components, this.host.report);
    this.installDiag();
    if (!config.enabled || this.isRefused()) return this.passThrough();
    this.options.beforeInstrumentations?.(this.host.report);
    const instrumentations = this.createInstrumentations();
    const assembly = this.assemble(instrumentations);
    if (this.isRefused()) {
      for (const instrumentation of instrumentations) instrumentation.disable();
      return this.passThrough();
    }
    return this.run(assembly);
  }

  configure(): SdkConfiguration {
    for (const problem of this.loaded.problems) this.host.report(problem);
    return this.assemble(this.createInstrumentations()).sdk;
  }

  private sayError(error: unknown, what = ''): void {
    if (!isFlushFailure(error)) this.log.error(`${what}${errorMessage(error)}`);
  }

  private installDiag(): void {
    const names = new Set(allVariables(this.loaded.components).map(({ name }) => name));
    diag.setLogger(diagLogger(this.log, createDiagFilter(names)), {
      logLevel: this.log.diagLevel,
      suppressOverrideMessage: true,
    });
  }

  private mayStartBesideDdTrace(): boolean {
    const { enabled, alongsideDdTrace } = this.loaded.config;
    return !enabled || alongsideDdTrace || checkDdTrace(this.env, this.application, this.host);
  }

  /** In strict mode any mistake keeps telemetry off. */
  private isRefused(): boolean {
    const mistakes = this.problems.filter(({ severity }) => severity !== 'info');
    if (!this.loaded.config.strict || mistakes.length === 0) return false;
    this.host.report({
      code: 'SDK005',
      source: 'SIGNALBOX_STRICT',
      message: `${mistakes.length} problem${mistakes.length === 1 ? '' : 's'} in the configuration`,
      used: 'telemetry is off, the application runs on',
    });
    return true;
  }

  private createInstrumentations(): Instrumentation[] {
    const { directories } = this.application;
    const { config } = this.loaded;
    const found = createInstrumentations(config, directories, this.host.report, this.correlation);
    // Patched when they are loaded, which in code may have happened long before.
    if (!this.options.registered) for (const name of ['node:http', 'node:https']) loadModule(name);
    return [...found, ...(this.options.instrumentations ?? [])];
  }

  private assemble(instrumentations: Instrumentation[]): Assembly & { identity: Identity } {
    const { config, components } = this.loaded;
    const identity = identify(config, this.application);
    const contextManager = new AsyncLocalStorageContextManager().enable();
    const resource = createResource(config, identity, this.application, contextManager, this.host);
    const { spanProcessors = [] } = this.options;
    const assembly = assemble({
      config,
      components,
      resource,
      contextManager,
      service: identity.name,
      instrumentations,
      host: this.host,
      spanProcessors,
    });
    const { environment: stage } = config.service;
    this.correlation.fields = assembly.logFields({ ...identity, ...(stage ? { environment: stage } : {}) });
    setGlobalErrorHandler((error) => this.sayError(error));
    return { ...assembly, identity };
  }

  private run(assembly: Assembly & { identity: Identity }): Box {
    const { sdk, deliveries, identity, atEnd, spool } = assembly;
    const { config } = this.loaded;
    const seen = {
      ...sdk,
      spanProcessors: sdk.spanProcessors.length > 0 ? [this.dirty.spans, ...sdk.spanProcessors] : [],
      logRecordProcessors:
        sdk.logRecordProcessors.length > 0 ? [this.dirty.logs, ...sdk.logRecordProcessors] : [],
    };
    const providers = startProviders(seen, config.tracer);
    const meter = metrics.getMeter('signalbox', VERSION);
    observeDeliveries(meter, deliveries);
    if (spool) observeSpool(meter, spool);
    spool?.open();
    const forceFlush = (): Promise<void> => {
      this.dirty.clear();
      return providers.forceFlush();
    };
    const flushAtEnd = (timeout: number): Promise<void> => {
      for (const delivery of deliveries) delivery.limitFlushes(timeout);
      return forceFlush().catch((error) => {
        this.sayError(error, 'the last flush failed: ');
        throw error;
      });
    };
    const stats = (): DestinationStats[] => deliveries.map((delivery) => delivery.stats());
    const unsupervise = superviseEnd(
      {
        forceFlush: flushAtEnd,
        atEnd,
        isDirty: () => this.dirty.isDirty(),
        readMetrics: () => readNow(sdk.metricReaders, this.log),
        deliverAtExit: (timeout) => {
          spool?.lastChance();
          deliverAtExit(deliveries, timeout, systemClock);
          spool?.close();
          this.reportEnd(stats());
        },
      },
      { timeout: config.shutdownTimeout, monotonic: systemClock.monotonic },
    );
    let ended: Promise<void> | undefined;
    const shutdown = (): Promise<void> => {
      unsupervise();
      ended ??= this.end(providers, assembly);
      return ended;
    };
    this.log.info(startupLine(config, identity, assembly, sdk.instrumentations.length));
    const spoolStats = (): SpoolStats | undefined => spool?.stats();
    return { config, problems: this.problems, running: true, stats, spoolStats, forceFlush, shutdown };
  }

  /** The last lines of the process: what is lost, and what is not. */
  private reportEnd(stats: readonly DestinationStats[]): void {
    const loss = lossReport(stats);
    if (loss) this.log.warn(loss);
    const spooled = spoolReport(stats);
    if (spooled) this.log.info(spooled);
  }

  /** Not longer than the end of the process may be held up; afterwards {@link start} starts anew. */
  private async end(providers: Providers, { deliveries, spool }: Assembly): Promise<void> {
    await shutDown(providers, deliveries, this.loaded.config.shutdownTimeout, this.host);
    spool?.close();
    providers.unregister();
    diag.disable();
    clearCurrentBox();
  }

  /**
   * Propagators and context only: trace context passes through, nothing is recorded. The two
   * instrumentations that read and write headers are needed for that, and no other.
   */
  private passThrough(): Box {
    const { config, components } = this.loaded;
    const textMapPropagator = createPropagator(config, components, this.host);
    installPropagation({ contextManager: new AsyncLocalStorageContextManager(), textMapPropagator });
    const instrumentations = createPassThrough(config, this.application.directories, this.host.report);
    registerInstrumentations({ instrumentations });
    return this.idle();
  }

  private idle(): Box {
    const nothing = (): Promise<void> => Promise.resolve();
    const { config } = this.loaded;
    return {
      config,
      problems: this.problems,
      running: false,
      stats: () => [],
      spoolStats: () => undefined,
      forceFlush: nothing,
      shutdown: nothing,
    };
  }

  private loadOptional(specifier: string): unknown {
    const directory = findPackage(specifier, this.application.directories);
    try {
      return loadModule(specifier);
    } catch (error) {
      if (!directory) throw error;
      return loadFrom(directory, specifier);
    }
  }
}
