import type { Signal } from '../core/index.ts';
import type { LogLevel } from './variables/general.ts';
import type { TracerName } from './variables/pipeline.ts';

/** How items are gathered into requests; times in milliseconds. */
export interface BatchConfig {
  readonly queueSize: number;
  readonly batchSize: number;
  /** How many at full load; only if `batchSize` is the default. */
  readonly busyBatchSize?: number;
  readonly delay: number;
  readonly timeout: number;
}

/** How telemetry is kept and sent again, for each destination and signal; times in milliseconds. */
export interface DeliveryConfig {
  readonly queueItems: number;
  /** Estimated, as all bytes here. */
  readonly queueBytes: number;
  readonly batchBytes: number;
  readonly whenFull: 'newest' | 'oldest';
  readonly concurrency: number;
  readonly retryDelay: number;
  readonly maxRetryDelay: number;
  readonly breakerThreshold: number;
  readonly breakerReset: number;
  readonly shutdownTimeout: number;
}

/** Telemetry on disk. */
export interface SpoolConfig {
  readonly directory: string;
  readonly mode: 'on-failure' | 'write-ahead';
  readonly fsync: boolean;
  /** Of all processes together. */
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly maxAge: number;
}

/** `switch`: what a fallback has is done with. `mirror`: it is also kept for the destination itself. */
export interface FallbackConfig {
  /** Names of exporters, in the order they are tried. */
  readonly exporters: readonly string[];
  readonly mode: 'switch' | 'mirror';
}

/** A component that was chosen, with its own settings as its `fromEnv` returned them. */
export interface Chosen {
  readonly name: string;
  readonly settings: unknown;
}

/** How trace context is read and written; the lists hold names of `propagators`. */
export interface PropagationConfig {
  /** In order of precedence. */
  readonly extract: readonly string[];
  readonly inject: readonly string[];
  readonly extractFirst: boolean;
  readonly behavior: 'continue' | 'restart' | 'ignore';
  /** False: new traces have ids of 64 bits. */
  readonly traceId128: boolean;
  /** Baggage that becomes attributes of local root spans. */
  readonly baggageTagKeys: readonly string[];
}

/** Where the service's name, version and environment came from and what they are. */
export interface ServiceConfig {
  readonly name?: string;
  readonly version?: string;
  readonly environment?: string;
}

/** Limits of spans and log records; undefined means no limit. */
export interface LimitsConfig {
  readonly span: Readonly<Record<SpanLimit, number | undefined>>;
  readonly log: Readonly<Record<LogLimit, number | undefined>>;
}

/** Names as in the SDK's `SpanLimits`. */
export type SpanLimit =
  | 'attributeCountLimit'
  | 'attributeValueLengthLimit'
  | 'eventCountLimit'
  | 'linkCountLimit'
  | 'attributePerEventCountLimit'
  | 'attributePerLinkCountLimit';

/** Names as in the SDK's `LogRecordLimits`. */
export type LogLimit = 'attributeCountLimit' | 'attributeValueLengthLimit';

/** Everything the box needs to know, defaulted and frozen. Made by `loadConfig`. */
export interface Config {
  /** False with `OTEL_SDK_DISABLED=true`: propagators only. */
  readonly enabled: boolean;
  readonly strict: boolean;
  /** Start although dd-trace is at work in the process. */
  readonly alongsideDdTrace: boolean;
  readonly logLevel: LogLevel;
  /** Milliseconds that the end of the process may be held up. */
  readonly shutdownTimeout: number;
  readonly service: ServiceConfig;
  readonly resource: {
    readonly attributes: Readonly<Record<string, string>>;
    readonly detectors: readonly string[];
  };
  /** The exporters in use, each once, whatever signals it carries. */
  readonly exporters: readonly Chosen[];
  /** Names of the exporters of each signal; none means the signal is off. */
  readonly signals: Readonly<Record<Signal, readonly string[]>>;
  readonly fallback: FallbackConfig;
  readonly batch: { readonly spans: BatchConfig; readonly logs: BatchConfig };
  readonly delivery: DeliveryConfig;
  /** Absent if nothing is kept on disk. */
  readonly spool?: SpoolConfig;
  /** Milliseconds. */
  readonly metrics: { readonly interval: number; readonly timeout: number };
  readonly limits: LimitsConfig;
  readonly sampler: Chosen;
  /** What makes the spans. */
  readonly tracer: TracerName;
  /** Rules, rates and the tail sampler's buffer, as the component `rules` read them; they stand in front of `sampler`. */
  readonly sampling: unknown;
  /** The propagators in use, each once, whatever direction it is used in. */
  readonly propagators: readonly Chosen[];
  readonly propagation: PropagationConfig;
  /** All processors there are, in the order of the chain; one that is off creates nothing. */
  readonly processors: readonly Chosen[];
  /** Those that plug-ins brought; exporters name the one they use. */
  readonly credentials: readonly Chosen[];
  readonly instrumentations: {
    /** Undefined: all that are found. */
    readonly enabled?: readonly string[];
    readonly disabled: readonly string[];
    /** Those that plug-ins brought, unless disabled. */
    readonly plugged: readonly Chosen[];
  };
}
