import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import type { DeliveryStats } from './accounts.ts';
import { BATCH_KINDS } from './batch-kind.ts';
import type { BreakerState } from './breaker.ts';
import { createSender } from './create-sender.ts';
import { type BatchOf, type Destination, destinationOf, type ItemOf, type Packing } from './destination.ts';
import type { Fallback } from './detour.ts';
import { Dispatcher } from './dispatcher.ts';
import type { ExitRest } from './exit-ways.ts';
import { FlushError } from './flush-error.ts';
import type { DestinationHealth } from './health.ts';
import { type DeliveryOptions, shorterLimit } from './options.ts';
import type { PlainExporter } from './plain-sender.ts';
import type { Sender } from './sender.ts';
import type { SpoolStream } from './spool/index.ts';

/** How much more memory an item takes than its bytes, as long as it is an object; measured for spans. */
const OBJECT_WEIGHT = 4;

/** What a delivery is made of. */
export interface DeliveryParts<S extends Signal> {
  /** Named in messages, e.g. `otlp`. */
  readonly name: string;
  readonly signal: S;
  readonly exporter: PlainExporter;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after' | 'clock'>;
  /** How many items may be in memory. */
  readonly queueSize: number;
  /** Milliseconds that one request, and one flush, may take; 0 for no limit. */
  readonly timeout: number;
  readonly options: DeliveryOptions;
  /** What stands in while the destination is down. */
  readonly fallback?: Fallback<S> | undefined;
  /** Where what cannot be sent is kept on disk. */
  readonly spool?: SpoolStream<S> | undefined;
}

/** The books of a delivery, and how it is. */
export interface DestinationStats extends DeliveryStats {
  readonly destination: string;
  readonly signal: Signal;
  readonly breaker: BreakerState;
  /** Milliseconds since the credentials in use were made; undefined where they cannot change. */
  readonly credentialAge?: number;
  /** True from the first request that failed until one succeeds. */
  readonly degraded: boolean;
  /** Of those in memory, the items of requests under way. */
  readonly inFlight: number;
  /** Estimated. */
  readonly bytesInMemory: number;
  /** How many items may be in memory. */
  readonly capacity: number;
}

/**
 * One signal on its way to one destination: what is in memory is bounded, what does not fit is
 * counted, and the rest is sent until it has arrived. Fed by the processors and the metric exporter
 * of this folder.
 */
export class Delivery<S extends Signal = Signal> {
  readonly destination: Destination<S> | undefined;
  private readonly dispatcher: Dispatcher<S>;
  private readonly sender: Sender<S>;
  /**
   * Makes what encodes accepted items at once, if the destination can. Not with a fallback or a spool:
   * another kind of backend needs the items themselves.
   */
  readonly createPacking: (() => Packing<ItemOf[S]> | undefined) | undefined;
  /** Cuts the open batch, for processors that have one. */
  private cutOpenBatch: () => void = () => {};
  private readonly open = { items: 0, bytes: 0 };
  private flushLimit = 0;
  private stopping: Promise<void> | undefined;

  constructor(private readonly parts: DeliveryParts<S>) {
    const { exporter, host, health, signal, timeout, options, fallback, spool } = parts;
    this.destination = destinationOf<S>(exporter);
    this.sender = createSender<S>(exporter, host);
    const kind = BATCH_KINDS[signal];
    this.destination?.onRenewal?.(() => this.dispatcher.resume());
    const { sender } = this;
    const mustKeep = spool !== undefined || (fallback && fallback.routes.length > 0);
    const { destination } = this;
    const packs = !mustKeep && destination?.createPacking;
    this.createPacking = packs ? () => destination.createPacking?.() : undefined;
    const fill = (): number => this.fill;
    this.dispatcher = new Dispatcher({ kind, sender, health, host, timeout, options, fill, fallback, spool });
  }

  /** Whoever gathers items says how to cut its open batch. */
  onCut(cut: () => void): void {
    this.cutOpenBatch = cut;
  }

  /** True while a request is under way. */
  get isBusy(): boolean {
    return this.dispatcher.itemsInFlight > 0;
  }

  /** False if the destination has taken nothing yet, or fails. */
  get isWorking(): boolean {
    const { health, signal } = this.parts;
    return this.accounts.delivered > 0 && !health.isFailing(signal);
  }

  /** Tells when the last request under way was answered. */
  onIdle(tell: () => void): void {
    this.dispatcher.onIdle = tell;
  }

  /** Tells about each request: how long it took in ms, and what came of it. */
  onRequest(tell: (ms: number, kind: Outcome['kind']) => void): void {
    this.dispatcher.onRequest = tell;
  }

  /**
   * Counts items as accepted, and makes room for them. False if there is none: they are on disk, or dropped.
   * @param item what was handed over: a span, a log record, or all the metrics
   */
  accept(items: number, bytes: number, item: object): boolean {
    const { accounts, spooling } = this.dispatcher;
    accounts.accepted += items;
    if (this.stopping) {
      accounts.drop(items, 'shutdown');
      return false;
    }
    if (!this.makeRoom(items, bytes)) {
      if (spooling?.storeItem(item, items)) return false;
      accounts.drop(items, 'queue_full');
      this.parts.health.dropped(this.parts.signal, items);
      return false;
    }
    this.open.items += items;
    this.open.bytes += bytes;
    spooling?.ahead(item, items);
    return true;
  }

  /** Corrects the bytes that an item was accepted with. */
  correct(estimate: number, bytes: number): void {
    this.open.bytes += bytes - estimate;
  }

  /** Takes a batch of items that were accepted. */
  add(batch: BatchOf[S], items: number, bytes: number): void {
    this.open.items -= items;
    this.open.bytes -= bytes;
    this.dispatcher.add(batch, items, bytes);
  }

  /** Resolves when all that was accepted so far is settled. @throws FlushError if it is not in time */
  async flush(): Promise<void> {
    this.cutOpenBatch();
    const limit = shorterLimit(this.parts.timeout, this.flushLimit);
    if (await this.dispatcher.flush(limit, this.flushLimit > 0)) return;
    throw new FlushError(this.parts.name, this.parts.signal, this.dispatcher.unsettled);
  }

  /** From now on a flush takes at most so many ms: the process is about to end. */
  limitFlushes(ms: number): void {
    this.flushLimit = ms;
  }

  /** Delivers what it can within the shutdown timeout; the rest is dropped, counted and reported. */
  shutdown(): Promise<void> {
    this.stopping ??= this.stop();
    return this.stopping;
  }

  /** Gives up what is left: what the disk does not take is dropped, counted and reported. How many items that are. */
  abandon(): number {
    const { health, signal } = this.parts;
    this.cutOpenBatch();
    this.dispatcher.spoolAll();
    const left = itemsOf(this.dispatcher.takeAll());
    if (left > 0) {
      this.accounts.drop(left, 'shutdown');
      health.abandoned(signal, left);
    }
    return left;
  }

  /** All that is not settled, for the last attempt while the process exits. */
  takeForExit(): ExitRest {
    this.cutOpenBatch();
    return this.dispatcher.takeForExit(this.destination);
  }

  get accounts() {
    return this.dispatcher.accounts;
  }

  get name(): string {
    return this.parts.name;
  }

  get signal(): S {
    return this.parts.signal;
  }

  stats(): DestinationStats {
    const { accepted, recovered, delivered, rejected, dropped, spooled, fallback, retries } =
      this.dispatcher.stats();
    const credentialAge = this.destination?.credentialAge?.();
    return {
      destination: this.parts.name,
      signal: this.parts.signal,
      accepted,
      recovered,
      delivered,
      rejected,
      dropped,
      spooled,
      fallback,
      inMemory: this.itemsInMemory,
      inFlight: this.dispatcher.itemsInFlight,
      capacity: this.parts.queueSize,
      bytesInMemory: this.bytesWith(0),
      retries,
      breaker: this.dispatcher.breakerState,
      degraded: this.parts.health.isFailing(this.parts.signal),
      ...(credentialAge === undefined ? {} : { credentialAge }),
    };
  }

  private get itemsInMemory(): number {
    return this.open.items + this.dispatcher.items;
  }

  /** What is in memory takes, with so many bytes more. */
  private bytesWith(more: number): number {
    const bytes = this.open.bytes + this.dispatcher.bytes + more;
    return this.createPacking ? bytes : bytes * OBJECT_WEIGHT;
  }

  /** How full the queue is, from 0 to 1. */
  private get fill(): number {
    const { queueSize, options } = this.parts;
    return Math.max(this.itemsInMemory / queueSize, this.bytesWith(0) / options.queueBytes);
  }

  private fits(items: number, bytes: number): boolean {
    const { queueSize, options } = this.parts;
    if (this.itemsInMemory + items > queueSize) return false;
    return this.bytesWith(bytes) <= options.queueBytes;
  }

  private makeRoom(items: number, bytes: number): boolean {
    const { options, health, signal } = this.parts;
    // What is larger than the whole queue gets its chance when it is alone.
    while (!this.fits(items, bytes) && this.itemsInMemory > 0) {
      if (this.dispatcher.dropMirrored() || this.dispatcher.spooling?.storeOldest()) continue;
      if (options.whenFull === 'newest') return false;
      const lost = this.dispatcher.dropOldest('queue_full');
      if (lost === undefined) return false;
      health.dropped(signal, lost);
    }
    return true;
  }

  private async stop(): Promise<void> {
    this.cutOpenBatch();
    await this.dispatcher.flush(this.parts.options.shutdownTimeout, true);
    this.abandon();
    await Promise.allSettled([this.sender.shutdown(), this.dispatcher.shutdown()]);
  }
}

function itemsOf(parcels: readonly { readonly items: number }[]): number {
  let sum = 0;
  for (const { items } of parcels) sum += items;
  return sum;
}
