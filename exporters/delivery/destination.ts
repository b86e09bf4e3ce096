import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Outcome, Signal } from '../../src/core/index.ts';

/** What is sent at once, by signal. */
export interface BatchOf {
  traces: readonly ReadableSpan[];
  metrics: ResourceMetrics;
  logs: readonly ReadableLogRecord[];
}

/** What batches of a signal are made of; metrics come as a whole. */
export interface ItemOf {
  traces: ReadableSpan;
  metrics: never;
  logs: ReadableLogRecord;
}

/** Stands in, in a batch, for items of which only the bytes are kept. */
export interface Packed {
  readonly packedItems: number;
  readonly packedBytes: number;
  /** The first `items` of them, and the rest. */
  splitAt(items: number): readonly [Packed, Packed];
}

/** Encodes items as they come, so that the items themselves can go. */
export interface Packing<Item> {
  /**
   * Encodes an item; returns its bytes, or 0 if it cannot be encoded and has to wait as it is. Never
   * throws.
   */
  add(item: Item): number;
  /** Takes back what was added last. */
  undo(): void;
  /** What stands in for all that was added since the last call: {@link Packed}. Only its destination can read it. */
  take(): Item[];
}

/**
 * One signal of one backend, as delivery sees it: an encoder and a transport. Delivery owns the
 * rest: queue, batches, retries, breaker, accounting. An exporter that carries one as its property
 * `destination` is taken over by delivery; any other exporter is driven through its `export`.
 */
export interface Destination<S extends Signal = Signal> {
  /**
   * The body of one request; pure. Called again for each attempt. Undefined if the batch is too
   * large for one request: delivery halves it. What it throws condemns the batch (`rejected`).
   */
  encode(batch: BatchOf[S]): Uint8Array | undefined;
  /** Encodes items as soon as they are there. Default: they are kept until their batch is encoded. */
  createPacking?(): Packing<ItemOf[S]> | undefined;
  /** Sends one body once, within `timeout` ms whatever the other side does. Never rejects. */
  send(body: Uint8Array, timeout: number): Promise<Outcome>;
  /** Closes connections. May come twice. */
  shutdown(): Promise<void>;
  /** Also spans that are recorded but not sampled. Default: false. */
  readonly unsampled?: boolean;
  /** Calls back whenever what the backend refused may be accepted now: other credentials or certificates. */
  onRenewal?(renewed: () => void): void;
  /** Milliseconds since the credentials in use were made; undefined where they cannot change. */
  credentialAge?(): number | undefined;
  /** How another thread can send the bodies while the process exits. Without it they cannot go then. */
  readonly remote?: RemoteTransport | undefined;
}

/** A transport as plain data, so that a worker thread can build it again. */
export interface RemoteTransport {
  /** Key of the table of transports, e.g. `otlp`. */
  readonly kind: string;
  /**
   * What its factory takes; must survive a structured clone. Read when the process exits. Undefined if
   * nothing may be sent then, for want of credentials.
   */
  settings(): unknown;
}

/** An exporter that brings its own {@link Destination}. */
export interface Deliverable<S extends Signal = Signal> {
  readonly destination: Destination<S>;
}

/** The destination that an exporter brings, if it does. */
export function destinationOf<S extends Signal>(exporter: object): Destination<S> | undefined {
  const destination: unknown = Reflect.get(exporter, 'destination');
  return typeof destination === 'object' && destination !== null
    ? (destination as Destination<S>)
    : undefined;
}
