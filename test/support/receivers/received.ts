/** What a receiver got, as plain JavaScript values: ids in hex, times in nanoseconds since the epoch. */
import type { Signal } from './otlp-schema.ts';

export type Protocol = 'grpc' | 'http/protobuf' | 'http/json';

/** An attribute or log body. Whole numbers beyond 2^53 stay bigint. */
export type Plain = string | number | bigint | boolean | Uint8Array | undefined | Plain[] | PlainMap;
export interface PlainMap {
  [key: string]: Plain;
}

/** One export call, whether it was accepted or not. */
export interface ReceivedRequest {
  readonly signal: Signal;
  readonly protocol: Protocol;
  /** `/v1/traces`, or the full gRPC method. */
  readonly path: string;
  /** HTTP headers or gRPC metadata, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Content encoding: `gzip` or `identity`. */
  readonly encoding: string;
  /** Size of the body in bytes: for HTTP as sent, for gRPC after decompression. */
  readonly bytes: number;
  /** The decoded message, 64-bit numbers as decimal strings, bytes as Uint8Array. */
  readonly message: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** False if the script refused it; its content is then in no list of the receiver. */
  readonly accepted: boolean;
}

export interface ReceivedResource {
  readonly attributes: PlainMap;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface ReceivedScope extends ReceivedResource {
  readonly name: string;
  readonly version: string;
}

interface FromSomewhere {
  readonly resource: ReceivedResource;
  readonly scope: ReceivedScope;
  readonly attributes: PlainMap;
  readonly request: ReceivedRequest;
}

export interface ReceivedEvent {
  readonly name: string;
  readonly time: bigint;
  readonly attributes: PlainMap;
  readonly droppedAttributesCount: number;
}

export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: PlainMap;
  readonly droppedAttributesCount: number;
}

export interface ReceivedSpan extends FromSomewhere {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly start: bigint;
  readonly end: bigint;
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message: string };
  readonly events: readonly ReceivedEvent[];
  readonly links: readonly ReceivedLink[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  /** `service.name` of the resource. */
  readonly service: string;
}

export interface ReceivedPoint {
  readonly attributes: PlainMap;
  readonly start: bigint;
  readonly time: bigint;
  /** Gauges and sums. */
  readonly value?: number | bigint;
  /** Histograms and summaries. */
  readonly count?: bigint;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bounds?: readonly number[];
  readonly buckets?: readonly bigint[];
  readonly exemplars: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly value: number;
  }[];
  /** Everything of the point as decoded, for what is not above. */
  readonly raw: Record<string, unknown>;
}

export interface ReceivedMetric extends Omit<FromSomewhere, 'attributes'> {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';
  readonly temporality: 'UNSPECIFIED' | 'DELTA' | 'CUMULATIVE';
  readonly monotonic: boolean;
  readonly points: readonly ReceivedPoint[];
}

export interface ReceivedLog extends FromSomewhere {
  readonly time: bigint;
  readonly observedTime: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: Plain;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly flags: number;
  readonly eventName: string;
  readonly droppedAttributesCount: number;
}
