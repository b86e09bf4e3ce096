import type { TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  createLogDelivery,
  createMetricReader,
  createSpanDelivery,
  DestinationHealth,
} from '../../exporters/index.ts';
import {
  createIdGenerator,
  InboundContextProcessor,
  InboundDecisionSampler,
  createPropagator as mergePropagators,
} from '../../propagators/index.ts';
import type { Chosen, Config } from '../config/index.ts';
import {
  type AnyComponent,
  type ComponentKind,
  type ExporterInstance,
  errorMessage,
  type Host,
  type InstanceOf,
  type LogFields,
  type ProcessorInstance,
  type ServiceIdentity,
  type Signal,
} from '../core/index.ts';
import { FanOutLogProcessor, FanOutSpanProcessor } from './fan-out.ts';
import type { SdkConfiguration } from './sdk-configuration.ts';

/** What the assembly starts from. */
export interface AssemblyInput {
  readonly config: Config;
  readonly components: readonly AnyComponent[];
  readonly resource: Resource;
  readonly instrumentations: Instrumentation[];
  readonly host: Host;
  /** Processors given in code; they run beside the chain, before it. */
  readonly spanProcessors?: readonly SpanProcessor[];
}

/** One exporter at work, for the start-up line. */
export interface Destination {
  readonly name: string;
  readonly signals: readonly Signal[];
  readonly description: string;
}

/** The assembled SDK, not yet started. */
export interface Assembly {
  readonly sdk: SdkConfiguration;
  readonly destinations: readonly Destination[];
  /** What the backends of traces want in the records of the application's loggers. */
  logFields(service: ServiceIdentity): LogFields[];
  /** True for an error of the SDK that a destination has told the user about already. */
  wasReported(error: unknown): boolean;
}

/** Turns the configuration into the SDK's building blocks. Registers and starts nothing. */
export function assemble(input: AssemblyInput): Assembly {
  return new Assembler(input).assemble();
}

interface Exporter {
  readonly name: string;
  readonly instance: ExporterInstance;
  /** One per destination, shared by its signals. */
  readonly health: DestinationHealth;
}

class Assembler {
  private readonly exporters: readonly Exporter[];
  private readonly processors: readonly ProcessorInstance[];

  constructor(private readonly input: AssemblyInput) {
    const { config, host } = input;
    this.exporters = config.exporters.flatMap((chosen) => {
      const instance = this.create('exporter', chosen);
      if (!instance) return [];
      const health = new DestinationHealth(chosen.name, host, instance.describe());
      return [{ name: chosen.name, instance, health }];
    });
    this.processors = config.processors.flatMap((chosen) => this.create('processor', chosen) ?? []);
  }

  assemble(): Assembly {
    const { config, resource, instrumentations, spanProcessors = [] } = this.input;
    const plugged = config.instrumentations.plugged.flatMap(
      (chosen) => this.create('instrumentation', chosen) ?? [],
    );
    return {
      sdk: {
        autoDetectResources: false,
        resource,
        contextManager: new AsyncLocalStorageContextManager(),
        textMapPropagator: createPropagator(config, this.input.components, this.input.host),
        sampler: this.sampler(),
        idGenerator: createIdGenerator(config.propagation),
        spanLimits: defined(config.limits.span),
        spanProcessors: this.spanProcessors(spanProcessors),
        metricReaders: this.metricReaders(),
        views: [],
        logRecordProcessors: this.logProcessors(),
        logRecordLimits: defined(config.limits.log),
        instrumentations: [...instrumentations, ...plugged],
      },
      destinations: this.exporters.map(({ name, instance }) => ({
        name,
        signals: (Object.keys(config.signals) as Signal[]).filter((signal) =>
          config.signals[signal].includes(name),
        ),
        description: instance.describe(),
      })),
      logFields: (service) =>
        this.exportersOf('traces').flatMap(({ instance }) => instance.logFields?.(service) ?? []),
      wasReported: (error) => this.exporters.some(({ health }) => health.wasReported(error)),
    };
  }

  private create<K extends ComponentKind>(kind: K, chosen: Chosen): InstanceOf[K] | undefined {
    return createComponent(kind, chosen, this.input.components, this.input.host);
  }

  private sampler(): Sampler {
    const sampler = this.create('sampler', this.input.config.sampler) ?? new AlwaysOnSampler();
    return new InboundDecisionSampler(sampler);
  }

  private exportersOf(signal: Signal) {
    const names = this.input.config.signals[signal];
    return this.exporters.filter(({ name }) => names.includes(name));
  }

  private spanProcessors(own: readonly SpanProcessor[]): SpanProcessor[] {
    const { config, host } = this.input;
    const targets = this.exportersOf('traces').flatMap(({ instance, health }) => {
      const exporter = instance.traces?.();
      return exporter ? [createSpanDelivery(exporter, config.batch.spans, host, health)] : [];
    });
    if (targets.length === 0) return [...own];
    let chain: SpanProcessor = new FanOutSpanProcessor(targets, this.onError('span'));
    for (const { spans } of this.processors.toReversed()) chain = spans?.(chain) ?? chain;
    const inbound = new InboundContextProcessor(config.propagation);
    return [inbound, ...own, ...this.processors.flatMap(({ observe }) => observe ?? []), chain];
  }

  private logProcessors(): LogRecordProcessor[] {
    const { config, host } = this.input;
    const targets = this.exportersOf('logs').flatMap(({ instance, health }) => {
      const exporter = instance.logs?.();
      return exporter ? [createLogDelivery(exporter, config.batch.logs, host, health)] : [];
    });
    if (targets.length === 0) return [];
    let chain: LogRecordProcessor = new FanOutLogProcessor(targets, this.onError('log record'));
    for (const { logs } of this.processors.toReversed()) chain = logs?.(chain) ?? chain;
    return [chain];
  }

  private metricReaders(): IMetricReader[] {
    const { config, host } = this.input;
    return this.exportersOf('metrics').flatMap(({ instance, health }) => {
      const exporter = instance.metrics?.();
      if (!exporter) return [];
      const source = 'export' in exporter ? this.metricChain(exporter) : exporter;
      return [createMetricReader(source, config.metrics, host, health)];
    });
  }

  private metricChain(exporter: PushMetricExporter): PushMetricExporter {
    let chain = exporter;
    for (const { metrics } of this.processors.toReversed()) chain = metrics?.(chain) ?? chain;
    return chain;
  }

  private onError(what: string): (error: unknown) => void {
    return (error) => {
      const reason = errorMessage(error);
      this.input.host.log.error(`a destination failed to take a ${what}: ${reason}`);
    };
  }
}

/** The table without its undefined entries: the SDK takes an undefined limit for a wrong one. */
function defined<K extends string>(
  table: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, number>
  >;
}

/** The configured propagators as one. */
export function createPropagator(
  config: Config,
  components: readonly AnyComponent[],
  host: Host,
): TextMapPropagator {
  const created = config.propagators.map(
    (chosen) => [chosen.name, createComponent('propagator', chosen, components, host)] as const,
  );
  return mergePropagators(config.propagation, host, Object.fromEntries(created));
}

/** Creates a chosen component; one that throws is reported and left out. */
function createComponent<K extends ComponentKind>(
  kind: K,
  chosen: Chosen,
  components: readonly AnyComponent[],
  host: Host,
): InstanceOf[K] | undefined {
  const component = components.find((known) => known.kind === kind && known.name === chosen.name);
  try {
    return component?.create(chosen.settings, host) as InstanceOf[K] | undefined;
  } catch (error) {
    host.report({
      code: 'CMP001',
      source: `${kind} ${chosen.name}`,
      message: `cannot be created: ${errorMessage(error)}`,
      used: 'going on without it',
    });
    return undefined;
  }
}
