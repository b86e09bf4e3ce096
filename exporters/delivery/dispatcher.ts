import { errorMessage, type Host, type Outcome, type Signal, type Timer } from '../../src/core/index.ts';
import { Accounts, type DeliveryStats, type DropReason } from './accounts.ts';
import { boundedAfter, retryDelay } from './backoff.ts';
import type { BatchKind } from './batch-kind.ts';
import { Breaker, type BreakerState, type Permit } from './breaker.ts';
import type { BatchOf } from './destination.ts';
import type { DestinationHealth } from './health.ts';
import { keepAlive } from './keep-alive.ts';
import { type DeliveryOptions, isLimit } from './options.ts';
import { type Parcel, Shelf } from './parcel.ts';
import type { Sender } from './sender.ts';
import { settledResource } from './settled-resource.ts';

/** What a dispatcher is made of. */
export interface DispatcherParts<S extends Signal> {
  readonly kind: BatchKind<S>;
  readonly sender: Sender<S>;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after' | 'clock'>;
  /** Milliseconds that one request may take; 0 for no limit. */
  readonly timeout: number;
  readonly options: DeliveryOptions;
}

/** How long everything waits after the credentials were refused: half a minute. */
const PAUSE = 30_000;

/** Due at once. */
const NOW = Number.NEGATIVE_INFINITY;

/**
 * Brings batches to one destination: a few at a time, again and again until it has them or refuses
 * them for good. Keeps the books. Its timers never keep the process alive.
 */
export class Dispatcher<S extends Signal> {
  readonly accounts = new Accounts();
  /** Told about each request: how long it took in ms, and what came of it. */
  onRequest: ((ms: number, kind: Outcome['kind']) => void) | undefined;
  private readonly shelf = new Shelf<S>();
  private readonly inFlight = new Set<Parcel<S>>();
  private readonly breaker: Breaker;
  private readonly watchers = new Set<() => void>();
  private timer: Timer | undefined;
  private sequence = 0;

  constructor(private readonly parts: DispatcherParts<S>) {
    const { options, host } = parts;
    this.breaker = new Breaker({
      threshold: options.breakerThreshold,
      reset: options.breakerReset,
      monotonic: () => host.clock.monotonic(),
    });
  }

  get items(): number {
    return this.shelf.items + this.itemsInFlight;
  }

  get bytes(): number {
    let bytes = this.shelf.bytes;
    for (const parcel of this.inFlight) bytes += parcel.bytes;
    return bytes;
  }

  /** Items of requests under way. */
  get itemsInFlight(): number {
    let items = 0;
    for (const parcel of this.inFlight) items += parcel.items;
    return items;
  }

  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  /** Takes a batch that was counted as accepted. */
  add(batch: BatchOf[S], items: number, bytes: number): void {
    this.shelf.push({ batch, sequence: ++this.sequence, items, bytes, attempts: 0, due: NOW });
    this.pump();
  }

  /** Drops the oldest batch that is not under way. False if there is none. */
  dropOldest(reason: DropReason): boolean {
    const parcel = this.shelf.takeOldest();
    if (!parcel) return false;
    this.accounts.drop(parcel.items, reason);
    this.settled();
    return true;
  }

  /**
   * Sends what is here now, without waiting for pauses of our own. True if all of it was settled
   * within `timeout` ms (0 for no limit); what comes in later is not waited for.
   */
  flush(timeout: number): Promise<boolean> {
    const mark = this.sequence;
    if (!this.holdsUpTo(mark)) return Promise.resolve(true);
    this.shelf.hurry(this.parts.host.clock.monotonic());
    this.breaker.probeNow();
    this.pump();
    const letGo = keepAlive();
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        letGo();
        this.watchers.delete(check);
        timer?.cancel();
        resolve(done);
      };
      const check = (): void => {
        if (!this.holdsUpTo(mark)) finish(true);
      };
      this.watchers.add(check);
      const timer = isLimit(timeout) ? this.parts.host.after(timeout, () => finish(false)) : undefined;
      check();
    });
  }

  /** Sends what waits at once: credentials or certificates are other ones now. */
  resume(): void {
    this.shelf.hurry(this.parts.host.clock.monotonic());
    this.breaker.release();
    this.pump();
  }

  /** All that is not settled, taken off: the dispatcher forgets it, and its answers if they come. */
  takeAll(): Parcel<S>[] {
    const left = [...this.inFlight, ...this.shelf.takeAll()];
    this.inFlight.clear();
    this.timer?.cancel();
    this.settled();
    return left;
  }

  stats(): DeliveryStats {
    return this.accounts.stats(this.items);
  }

  private holdsUpTo(mark: number): boolean {
    for (const { sequence } of this.inFlight) if (sequence <= mark) return true;
    return this.shelf.holdsUpTo(mark);
  }

  private settled(): void {
    for (const check of [...this.watchers]) check();
  }

  private pump(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const now = this.parts.host.clock.monotonic();
    while (this.inFlight.size < this.parts.options.concurrency) {
      if ((this.shelf.nextDue() ?? Number.POSITIVE_INFINITY) > now) break;
      const permit = this.breaker.acquire();
      if (!permit) break;
      const parcel = this.shelf.takeDue(now);
      if (parcel) void this.send(parcel, permit);
    }
    this.schedule(now);
  }

  /** Comes back when the next batch is due and the breaker may let it go. */
  private schedule(now: number): void {
    const due = this.shelf.nextDue();
    if (due === undefined || this.inFlight.size >= this.parts.options.concurrency) return;
    if (this.breaker.state === 'half-open') return;
    const delay = Math.max(due, this.breaker.notBefore) - now;
    if (delay > 0) this.timer = this.parts.host.after(Math.ceil(delay), () => this.pump());
  }

  private async send(parcel: Parcel<S>, permit: Permit): Promise<void> {
    const { sender, timeout, kind } = this.parts;
    this.inFlight.add(parcel);
    parcel.attempts++;
    let outcome: Outcome;
    const { clock } = this.parts.host;
    const started = clock.monotonic();
    try {
      await settledResource(kind.resource(parcel.batch));
      parcel.underWay = true;
      outcome = await sender.send(parcel.batch, parcel.attempts, timeout);
    } catch (error) {
      outcome = { kind: 'rejected', reason: `the exporter failed: ${errorMessage(error)}` };
    }
    parcel.underWay = false;
    this.onRequest?.(clock.monotonic() - started, outcome.kind);
    // Whoever took it off in the meantime keeps the books for it.
    if (!this.inFlight.delete(parcel)) return;
    this.book(parcel, outcome, permit);
    this.pump();
    this.settled();
  }

  private book(parcel: Parcel<S>, outcome: Outcome, permit: Permit): void {
    const { health, kind, host } = this.parts;
    switch (outcome.kind) {
      case 'delivered': {
        const rejected = Math.min(outcome.rejected ?? 0, parcel.items);
        this.accounts.delivered += parcel.items - rejected;
        this.accounts.rejected += rejected;
        this.breaker.succeeded(permit);
        health.succeeded(kind.signal);
        if (rejected > 0 || outcome.reason) health.refused(kind.signal, rejected, outcome.reason);
        return;
      }
      case 'rejected':
        this.accounts.rejected += parcel.items;
        this.breaker.succeeded(permit);
        health.failed(kind.signal, outcome.reason, parcel.items);
        return;
      case 'split':
        this.breaker.succeeded(permit);
        this.split(parcel, outcome.reason);
        return;
      case 'paused':
        health.failed(kind.signal, outcome.reason);
        this.breaker.hold(PAUSE);
        this.again(parcel, host.clock.monotonic());
        return;
      case 'retry': {
        health.failed(kind.signal, outcome.reason);
        const after = boundedAfter(outcome.after);
        this.breaker.failed(permit, after);
        const delay = retryDelay(parcel.attempts, after, this.parts.options);
        this.again(parcel, host.clock.monotonic() + delay);
      }
    }
  }

  private again(parcel: Parcel<S>, due: number): void {
    parcel.due = due;
    this.accounts.retries++;
    this.shelf.unshift(parcel);
  }

  private split(parcel: Parcel<S>, reason: string): void {
    const { kind, health } = this.parts;
    const halves = kind.halve(parcel.batch);
    if (!halves) {
      this.accounts.rejected += parcel.items;
      health.failed(kind.signal, `${reason}; a single item is too large`, parcel.items);
      return;
    }
    this.shelf.unshift(
      ...halves.map((batch) => ({
        batch,
        items: kind.count(batch),
        bytes: kind.size(batch),
        sequence: parcel.sequence,
        attempts: 0,
        due: NOW,
      })),
    );
  }
}
