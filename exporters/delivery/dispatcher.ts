import { errorMessage, type Host, type Outcome, type Signal, type Timer } from '../../src/core/index.ts';
import { Accounts, type DeliveryStats, type DropReason } from './accounts.ts';
import { boundedAfter, retryDelay } from './backoff.ts';
import type { BatchKind } from './batch-kind.ts';
import { Breaker, type BreakerState, type Permit } from './breaker.ts';
import type { BatchOf, Destination } from './destination.ts';
import { Detour, type Fallback } from './detour.ts';
import { type ExitRest, exitRest } from './exit-ways.ts';
import type { DestinationHealth } from './health.ts';
import { keepAlive } from './keep-alive.ts';
import { CREDENTIALS_PAUSE, type DeliveryOptions, isLimit } from './options.ts';
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
  readonly fallback?: Fallback<S> | undefined;
}

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
  private readonly detour: Detour<S> | undefined;
  private readonly watchers = new Set<() => void>();
  private timer: Timer | undefined;
  private sequence = 0;
  /** While the last flush of the process runs: what has failed once goes to a fallback. */
  private isEnding = false;
  /** In its second half: everything does, what was not answered yet included. */
  private isGivenUp = false;

  constructor(private readonly parts: DispatcherParts<S>) {
    const { options, host } = parts;
    this.breaker = new Breaker({
      threshold: options.breakerThreshold,
      reset: options.breakerReset,
      monotonic: () => host.clock.monotonic(),
    });
    const { fallback, ...rest } = parts;
    if (!fallback || fallback.routes.length === 0) return;
    this.detour = new Detour({
      ...rest,
      fallback,
      shelf: this.shelf,
      accounts: this.accounts,
      concurrency: options.concurrency,
      onSettled: () => {
        this.pump();
        this.settled();
      },
    });
  }

  get items(): number {
    return this.shelf.items + this.itemsInFlight;
  }

  get bytes(): number {
    let bytes = this.shelf.bytes;
    for (const parcel of this.underWay()) bytes += parcel.bytes;
    return bytes;
  }

  /** Items of requests under way. */
  get itemsInFlight(): number {
    let items = 0;
    for (const parcel of this.underWay()) items += parcel.items;
    return items;
  }

  /** True while the destination is given up for the moment, and not only for a short pause. */
  get isDown(): boolean {
    return this.breaker.isDown || this.isGivenUp;
  }

  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  /** Takes a batch that was counted as accepted. */
  add(batch: BatchOf[S], items: number, bytes: number): void {
    this.shelf.push({ batch, sequence: ++this.sequence, items, bytes, attempts: 0, due: NOW });
    this.pump();
  }

  /** Drops the oldest batch that is not under way. How many items are lost; undefined if there is none. */
  dropOldest(reason: DropReason): number | undefined {
    return this.leave(this.shelf.takeOldest(), reason);
  }

  /** Takes off the oldest batch that a fallback has, too. False if there is none. */
  dropMirrored(): boolean {
    return this.leave(this.shelf.takeOldest(isMirrored), 'queue_full') !== undefined;
  }

  /**
   * Sends what is here now, without waiting for pauses of our own. True if all of it was settled
   * within `timeout` ms (0 for no limit); what comes in later is not waited for.
   *
   * @param isLast the process ends: what the destination has not taken in half of the time goes to a fallback
   */
  flush(timeout: number, isLast = false): Promise<boolean> {
    const mark = this.sequence;
    if (!this.holdsUpTo(mark)) return Promise.resolve(true);
    this.isEnding = isLast;
    this.shelf.hurry(this.parts.host.clock.monotonic());
    this.breaker.probeNow();
    this.pump();
    const letGo = keepAlive();
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        letGo();
        this.watchers.delete(check);
        timer?.cancel();
        halfTime?.cancel();
        this.isEnding = false;
        this.isGivenUp = false;
        resolve(done);
      };
      const check = (): void => {
        if (!this.holdsUpTo(mark)) finish(true);
      };
      this.watchers.add(check);
      const { after } = this.parts.host;
      const timer = isLimit(timeout) ? after(timeout, () => finish(false)) : undefined;
      const halfTime = isLast && timer && this.detour ? after(timeout / 2, () => this.giveUp()) : undefined;
      check();
    });
  }

  /** All that is not settled, taken off: the dispatcher forgets it, and its answers if they come. */
  takeAll(): Parcel<S>[] {
    const left = [...this.inFlight, ...(this.detour?.takeAll() ?? []), ...this.shelf.takeAll()];
    this.inFlight.clear();
    this.timer?.cancel();
    for (const parcel of left.filter(isMirrored)) this.accounts.lose(parcel, 'shutdown');
    this.settled();
    return left.filter((parcel) => !parcel.mirrored);
  }

  /** What is left, for the last attempt while the process exits. */
  takeForExit(destination: Destination<S> | undefined): ExitRest {
    const { detour, isDown } = this;
    const { halve, count } = this.parts.kind;
    return exitRest(this.takeAll(), { destination, detour, isDown, halve, count });
  }

  /** What stands in for the destination is no longer needed. */
  async shutdown(): Promise<void> {
    await this.detour?.shutdown();
  }

  stats(): DeliveryStats {
    return this.accounts.stats(this.items);
  }

  private holdsUpTo(mark: number): boolean {
    for (const { sequence, mirrored } of this.underWay()) if (sequence <= mark && !mirrored) return true;
    return this.shelf.holdsUpTo(mark);
  }

  private *underWay(): Iterable<Parcel<S>> {
    yield* this.inFlight;
    if (this.detour) yield* this.detour.parcels;
  }

  private leave(parcel: Parcel<S> | undefined, reason: DropReason): number | undefined {
    if (!parcel) return undefined;
    const lost = this.accounts.lose(parcel, reason);
    this.settled();
    return lost;
  }

  private giveUp(): void {
    this.isGivenUp = true;
    this.shelf.unshift(...this.inFlight);
    this.inFlight.clear();
    this.pump();
  }

  private settled(): void {
    for (const check of [...this.watchers]) check();
  }

  private pump(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const now = this.parts.host.clock.monotonic();
    while (this.inFlight.size < this.parts.options.concurrency && !this.isGivenUp) {
      if ((this.shelf.nextDue() ?? Number.POSITIVE_INFINITY) > now) break;
      const permit = this.breaker.acquire();
      if (!permit) break;
      const parcel = this.shelf.takeDue(now);
      if (parcel) void this.send(parcel, permit);
    }
    this.elsewhere(now);
    this.schedule(now);
  }

  /** Where batches go that the destination cannot take now. What is left waits here. */
  private elsewhere(now: number): void {
    if (this.isDown) this.detour?.pump(now, () => true);
    else if (this.isEnding) this.detour?.pump(now, ({ attempts }) => attempts > 0);
  }

  /** Comes back when a batch is due and the breaker may let it go, or a fallback is tried again. */
  private schedule(now: number): void {
    const next = Math.min(this.nextAttempt(), this.nextDetour(now));
    const delay = next - now;
    if (delay > 0 && Number.isFinite(delay)) {
      this.timer = this.parts.host.after(Math.ceil(delay), () => this.pump());
    }
  }

  private nextAttempt(): number {
    const due = this.shelf.nextDue() ?? Number.POSITIVE_INFINITY;
    const isBusy = this.inFlight.size >= this.parts.options.concurrency || this.breaker.state === 'half-open';
    return isBusy ? Number.POSITIVE_INFINITY : Math.max(due, this.breaker.notBefore);
  }

  private nextDetour(now: number): number {
    const isWaiting = this.detour && (this.isDown || this.isEnding) && this.shelf.length > 0;
    return isWaiting ? this.detour.nextAt(now) : Number.POSITIVE_INFINITY;
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
      outcome = await sender.send(parcel.batch, parcel.attempts, timeout);
    } catch (error) {
      outcome = { kind: 'rejected', reason: `the exporter failed: ${errorMessage(error)}` };
    }
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
        this.detour?.passed(parcel.batch);
        if (!this.breaker.isDown) this.detour?.recovered();
        health.succeeded(kind.signal);
        if (rejected > 0 || outcome.reason) health.refused(kind.signal, rejected, outcome.reason);
        return;
      }
      case 'rejected':
        this.breaker.succeeded(permit);
        health.failed(kind.signal, outcome.reason, this.accounts.lose(parcel, 'rejected'));
        return;
      case 'split':
        this.breaker.succeeded(permit);
        this.split(parcel, outcome.reason);
        return;
      case 'paused':
        health.failed(kind.signal, outcome.reason);
        this.breaker.hold(CREDENTIALS_PAUSE);
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
      const lost = this.accounts.lose(parcel, 'rejected');
      health.failed(kind.signal, `${reason}; a single item is too large`, lost);
      return;
    }
    this.shelf.unshift(
      ...halves.map((batch) => ({
        ...parcel,
        batch,
        items: kind.count(batch),
        bytes: kind.size(batch),
        attempts: 0,
        due: NOW,
      })),
    );
  }
}

function isMirrored({ mirrored }: { readonly mirrored?: boolean }): boolean {
  return mirrored === true;
}
