import type { MeterProvider, SpanContext, TextMapPropagator } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { LogRecordExporter, LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { IMetricReader, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { CredentialsProvider } from './credentials.ts';
import type { EnvReader } from './env-reader.ts';
import type { Host } from './host.ts';
import type { AnyVariable } from './variable.ts';

/** Who the service is. */
export interface ServiceIdentity {
  readonly name: string;
  readonly version?: string;
  readonly environment?: string;
}

/** Fields for a record that the application's own logger writes inside a span. */
export type LogFields = (span: SpanContext) => Readonly<Record<string, unknown>>;

/** What an exporter may have beside what OpenTelemetry asks of it. */
export interface AtExit<B> {
  /**
   * Takes a batch while the process exits: at once and in this thread, since no callback comes any more,
   * and within `timeout` ms. Without it the batch is lost then. It may hold what `export` was given before
   * and has not called back for.
   *
   * @throws if not all of it was taken
   */
  exportAtExit?(batch: B, timeout: number): void;
}

/** What an exporter component offers: a factory per signal it can carry. */
export interface ExporterInstance {
  traces?(): SpanExporter & AtExit<ReadableSpan[]>;
  /** A push exporter, read at the configured interval, or a reader of its own (Prometheus). */
  metrics?(): (PushMetricExporter & AtExit<ResourceMetrics>) | IMetricReader;
  logs?(): LogRecordExporter & AtExit<ReadableLogRecord[]>;
  /**
   * Where it sends, for the start-up line: protocol and host, never a path with a key in it,
   * never a header. E.g. `http/protobuf to collector:4318`.
   */
  describe(): string;
  /** True if it counts traces that sampling rejects too: they are then recorded, and reach it unsampled. */
  readonly countsUnsampled?: boolean;
  /** What the application's own loggers are to add to their records, so that this backend finds the span. */
  logFields?(service: ServiceIdentity): LogFields;
}

/**
 * What a processor component offers. `observe` runs beside the chain and sees every span;
 * the other three are links of the chain in front of the exporters: each is handed the next one.
 */
export interface ProcessorInstance {
  observe?: SpanProcessor;
  spans?(next: SpanProcessor): SpanProcessor;
  logs?(next: LogRecordProcessor): LogRecordProcessor;
  metrics?(next: PushMetricExporter): PushMetricExporter;
  /** Wraps the provider the application gets its meters from, to act before anything is aggregated. */
  meters?<P extends MeterProvider>(provider: P): P;
  /**
   * In front of the whole chain: undoes what only its own `meters` did to the attributes of measurements.
   * Not called if others wrap the provider as well, since they would see it.
   */
  collected?(next: PushMetricExporter): PushMetricExporter;
  /**
   * Called when the process is about to end, just before the last delivery, and perhaps again: hands
   * on what is held, at once. A `shutdown` of the processors does not come then.
   */
  atEnd?(): void;
}

/** What `create` returns, by kind. */
export interface InstanceOf {
  exporter: ExporterInstance;
  propagator: TextMapPropagator;
  sampler: Sampler;
  processor: ProcessorInstance;
  instrumentation: Instrumentation | Instrumentation[];
  credentials: CredentialsProvider;
}

/** The three signals of OpenTelemetry. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** The kinds of component. */
export type ComponentKind = keyof InstanceOf;

/** What a component promises about its settings and behaviour. */
export type Stability = 'stable' | 'beta' | 'experimental';

/**
 * A building block, built in or plugged in. The distro calls `fromEnv` once, then `create` once
 * per process. `shutdown` of what was created may come twice, or without a start.
 */
export interface Component<K extends ComponentKind = ComponentKind, C = unknown> {
  readonly kind: K;
  /** The word users write, e.g. `datadog` in `OTEL_TRACES_EXPORTER=datadog`. */
  readonly name: string;
  readonly stability: Stability;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Exporters only: the signals it carries. Default: all three. */
  readonly signals?: readonly Signal[];
  /** The component's settings; nothing else can be read in `fromEnv`. */
  readonly variables: readonly AnyVariable[];
  /** Reads the settings. Pure; mistakes are reported through `env`, never thrown. */
  fromEnv(env: EnvReader): C;
  /** Builds the thing. Heavy packages are loaded here, with `host.load`. */
  create(config: C, host: Host): InstanceOf[K];
}

/** A component of any configuration type, as the registry holds it. */
// biome-ignore lint/suspicious/noExplicitAny: C appears as result and parameter, so only `any` holds them all.
export type AnyComponent<K extends ComponentKind = ComponentKind> = Component<K, any>;

const BRAND = Symbol.for('signalbox.component');

/**
 * Marks an object as a component; the type parameters check it as you write it.
 *
 * @example
 * export default defineComponent({
 *   kind: 'exporter', name: 'acme', stability: 'stable', doc: 'Sends spans to ACME.',
 *   variables: [ACME_URL],
 *   fromEnv: (env) => ({ url: env.get(ACME_URL) }),
 *   create: ({ url }, host) => ({ traces: () => new AcmeSpanExporter(url, host), describe: () => url }),
 * });
 */
export function defineComponent<K extends ComponentKind, C>(component: Component<K, C>): Component<K, C> {
  return Object.freeze(Object.defineProperty({ ...component }, BRAND, { value: true }));
}

/** True for what {@link defineComponent} returned, also from another copy of this package. */
export function isComponent(value: unknown): value is AnyComponent {
  return typeof value === 'object' && value !== null && Reflect.get(value, BRAND) === true;
}
