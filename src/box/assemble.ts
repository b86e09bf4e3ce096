import type { ContextManager } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  createLogDelivery,
  createMetricDelivery,
  createMetricReader,
  createSpanDelivery,
  createSpool,
  type Delivery,
  DestinationHealth,
  type Spool,
} from '../../exporters/index.ts';
import { createIdGenerator, InboundContextProcessor } from '../../propagators/index.ts';
import { AgentRateTable, type Sampling } from '../../samplers/index.ts';
import type { Chosen, Config } from '../config/index.ts';
import {
  type AnyComponent,
  type ComponentKind,
  errorMessage,
  type Host,
  type InstanceOf,
  type LogFields,
  type ProcessorInstance,
  type ServiceIdentity,
  type Signal,
} from '../core/index.ts';
import { attempt, createComponent } from './create-component.ts';
import { createCredentials } from './create-credentials.ts';
import { createPropagator } from './create-propagator.ts';
import { type Exporter, Fallbacks } from './fallbacks.ts';
import { FanOutLogProcessor, FanOutSpanProcessor } from './fan-out.ts';
import { logRecordLimits, spanLimits } from './limits.ts';
import { chain, createProcessors, type Processor } from './processor-chain.ts';
import { readThroughChain } from './read-through-chain.ts';
import { SafeSampler } from './safe-sampler.ts';
import { assembleSampling } from './sampling.ts';
import type { SdkConfiguration } from './sdk-configuration.ts';

/** What the assembly starts from. */
export interface AssemblyInput {
  readonly config: Config;
  readonly components: readonly AnyComponent[];
  readonly resource: Resource;
  readonly contextManager: ContextManager;
  /** The name of the service, for sampling rules. */
  readonly service: string;
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
  /** What stands in for them, in the order it is tried. */
  readonly fallbacks: readonly Destination[];
  /** What the backends of traces want in the records of the application's loggers. */
  logFields(service: ServiceIdentity): LogFields[];
  /** One per destination and signal. */
  readonly deliveries: readonly Delivery[];
  /** Where they keep on disk what cannot be sent, if anywhere. Not open yet. */
  readonly spool?: Spool;
  /** Lets the processors hand on what they hold when the process is about to end. Never throws. */
  atEnd(): void;
}

/** Turns the configuration into the SDK's building blocks. Registers and starts nothing. */
export function assemble(input: AssemblyInput): Assembly {
  return new Assembler(input).assemble();
}

class Assembler {
  private readonly exporters: readonly Exporter[];
  private readonly host: Host;
  /** The links of the chain, first to last. */
  private readonly processors: readonly Processor[];
  private readonly sampling: Sampling;
  private readonly deliveries: Delivery[] = [];
  private readonly fallbacks: Fallbacks;
  private readonly spool: Spool | undefined;

  constructor(private readonly input: AssemblyInput) {
    const { config } = input;
    // What a Datadog Agent asks for reaches the sampler through here.
    const agentRates = new AgentRateTable(input.host.clock);
    const host: Host = {
      ...input.host,
      agentRates,
      credentials: createCredentials(config, input.components, input.host),
    };
    this.host = host;
    this.spool = config.spool && createSpool(config.spool, host);
    const spool = this.spool ? { spool: this.spool } : {};
    this.exporters = config.exporters.flatMap((chosen) => {
      const instance = this.create('exporter', chosen);
      if (!instance) return [];
      const description = attempt(`exporter ${chosen.name}`, host, () => instance.describe());
      if (description === undefined) return [];
      const health = new DestinationHealth(chosen.name, host, description, this.spool !== undefined);
      const setup = { name: chosen.name, health, options: config.delivery, ...spool };
      return [{ name: chosen.name, instance, description, setup }];
    });
    this.fallbacks = new Fallbacks(config, this.exporters, host);
    this.sampling = assembleSampling({
      config,
      host,
      service: input.service,
      agentRates,
      recordDropped: this.exportersOf('traces').some(({ instance }) => instance.countsUnsampled),
      createPlugged: () => {
        const sampler = this.create('sampler', config.sampler);
        return sampler && new SafeSampler(sampler, this.onError('the sampler failed'));
      },
    });
    this.processors = createProcessors(config.processors, this.sampling.processor, (chosen) =>
      this.create('processor', chosen),
    );
  }

  assemble(): Assembly {
    const { config, resource, contextManager, instrumentations, spanProcessors = [] } = this.input;
    const plugged = config.instrumentations.plugged.flatMap(
      (chosen) => this.create('instrumentation', chosen) ?? [],
    );
    return {
      sdk: {
        autoDetectResources: false,
        resource,
        contextManager,
        textMapPropagator: createPropagator(config, this.input.components, this.input.host),
        sampler: this.sampling.sampler,
        idGenerator: createIdGenerator(config.propagation),
        spanLimits: spanLimits(config),
        spanProcessors: this.spanProcessors(spanProcessors),
        metricReaders: this.metricReaders(),
        views: [],
        wrapMeterProvider: (provider) =>
          this.processors.reduce((wrapped, { instance }) => instance.meters?.(wrapped) ?? wrapped, provider),
        logRecordProcessors: this.logProcessors(),
        logRecordLimits: logRecordLimits(config),
        instrumentations: [...instrumentations, ...plugged],
      },
      destinations: this.described((signal, name) => config.signals[signal].includes(name)),
      fallbacks: this.described((signal, name) => this.fallbacks.has(signal, name)),
      logFields: (service) =>
        this.exportersOf('traces').flatMap(({ instance }) => instance.logFields?.(service) ?? []),
      deliveries: this.deliveries,
      ...(this.spool ? { spool: this.spool } : {}),
      atEnd: () => this.atEnd(),
    };
  }

  /** The exporters with the signals they have in a role; those without are left out. */
  private described(has: (signal: Signal, name: string) => boolean): Destination[] {
    const all = Object.keys(this.input.config.signals) as Signal[];
    return this.exporters
      .map(({ name, description }) => ({
        name,
        signals: all.filter((signal) => has(signal, name)),
        description,
      }))
      .filter(({ signals }) => signals.length > 0);
  }

  private atEnd(): void {
    for (const { name, instance } of this.processors) {
      try {
        instance.atEnd?.();
      } catch (error) {
        this.onError(`processor ${name} failed at the end`)(error);
      }
    }
  }

  private create<K extends ComponentKind>(kind: K, chosen: Chosen): InstanceOf[K] | undefined {
    return createComponent(kind, chosen, this.input.components, this.host);
  }

  private exportersOf(signal: Signal) {
    const names = this.input.config.signals[signal];
    return this.exporters.filter(({ name }) => names.includes(name));
  }

  /** What one signal's exporters offer; a factory that throws is reported. */
  private created<T>(signal: Signal, create: (exporter: Exporter) => T | undefined): NonNullable<T>[] {
    return this.exportersOf(signal).flatMap((exporter) => {
      const made = attempt(`exporter ${exporter.name}`, this.host, () => create(exporter));
      return made === undefined || made === null ? [] : [made];
    });
  }

  /** The chain of processors in front of `last`. */
  private chain<T>(last: T, pick: (processor: ProcessorInstance, next: T) => T | undefined): T {
    return chain(this.processors, this.host, last, pick);
  }

  private spanProcessors(own: readonly SpanProcessor[]): SpanProcessor[] {
    const { host } = this;
    const { config } = this.input;
    const fallback = this.fallbacks.of('traces');
    const targets = this.created('traces', ({ instance, setup }) => {
      const exporter = instance.traces?.();
      const whole = { ...setup, ...fallback };
      return exporter && this.keep(createSpanDelivery(exporter, config.batch.spans, host, whole));
    });
    if (targets.length === 0) return own.length > 0 ? [this.guard(own)] : [];
    const observers = this.processors.flatMap(({ instance }) => instance.observe ?? []);
    const destinations = new FanOutSpanProcessor(
      targets,
      this.onError('a destination failed to take a span'),
    );
    const chain = this.chain<SpanProcessor>(destinations, ({ spans }, next) => spans?.(next));
    return [new InboundContextProcessor(config.propagation), this.guard([...own, ...observers, chain])];
  }

  /** The SDK lets what a processor throws through to the application. */
  private guard(processors: readonly SpanProcessor[]): SpanProcessor {
    return new FanOutSpanProcessor(processors, this.onError('a span processor failed'));
  }

  private logProcessors(): LogRecordProcessor[] {
    const { host } = this;
    const { config } = this.input;
    const fallback = this.fallbacks.of('logs');
    const targets = this.created('logs', ({ instance, setup }) => {
      const exporter = instance.logs?.();
      const whole = { ...setup, ...fallback };
      return exporter && this.keep(createLogDelivery(exporter, config.batch.logs, host, whole));
    });
    if (targets.length === 0) return [];
    const onError = this.onError('a destination failed to take a log record');
    const destinations = new FanOutLogProcessor(targets, onError);
    const chain = this.chain<LogRecordProcessor>(destinations, ({ logs }, next) => logs?.(next));
    return [new FanOutLogProcessor([chain], this.onError('a log record processor failed'))];
  }

  private metricReaders(): IMetricReader[] {
    const { host } = this;
    const { config } = this.input;
    const queue = { queueSize: config.delivery.queueItems, timeout: config.metrics.timeout };
    const fallback = this.fallbacks.of('metrics');
    return this.created('metrics', ({ instance, setup }) => {
      const exporter = instance.metrics?.();
      if (!exporter) return undefined;
      const pick = ({ metrics }: ProcessorInstance, next: PushMetricExporter) => metrics?.(next);
      if (!('export' in exporter))
        return readThroughChain(exporter, (end) => this.inFront(this.chain<PushMetricExporter>(end, pick)));
      const end = this.keep(createMetricDelivery(exporter, queue, host, { ...setup, ...fallback }));
      const chain = this.inFront(this.chain<PushMetricExporter>(end, pick));
      return createMetricReader(chain, config.metrics, host);
    });
  }

  /** What the processor that wraps the provider of meters puts in front of the chain, if it is the only one. */
  private inFront(chain: PushMetricExporter): PushMetricExporter {
    const wrapping = this.processors.filter(({ instance }) => instance.meters);
    const [only] = wrapping.length === 1 ? wrapping : [];
    return only?.instance.collected?.(chain) ?? chain;
  }

  private keep<T extends { readonly delivery: unknown }>(end: T): T {
    this.deliveries.push(end.delivery as Delivery);
    return end;
  }

  private onError(what: string): (error: unknown) => void {
    return (error) => {
      const reason = errorMessage(error);
      this.input.host.log.error(`${what}: ${reason}`);
    };
  }
}
