import { errorMessage, type Outcome, type Signal, type Timer } from '../../src/core/index.ts';
import { Accounts, type DeliveryStats, type DropReason } from './accounts.ts';
import { Breaker, type BreakerState, type Permit } from './breaker.ts';
import type { BatchOf, Destination } from './destination.ts';
import { Detour, type Fallback } from './detour.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import { type ExitRest, exitRest } from './exit-ways.ts';
import { Flight } from './flight.ts';
import { isLimit, NOW } from './options.ts';
import { type Parcel, Shelf } from './parcel.ts';
import { settledResource } from './settled-resource.ts';
import { Settlement } from './settlement.ts';
import { Spooling } from './spooling.ts';
import { Watchers } from './watchers.ts';

/**
 * Brings batches to one destination: a few at a time, again and again until it has them or refuses
 * them for good. Keeps the books. Its timers never keep the process alive.
 */
export class Dispatcher<S extends Signal> {
  readonly accounts = new Accounts();
  /** Told about each request: how long it took in ms, and what came of it. */
  onRequest: ((ms: number, kind: Outcome['kind']) => void) | undefined;
  /** Told when the last request under way was answered. */
  onIdle: (() => void) | undefined;
  /** What is on disk, if there is a spool. */
  readonly spooling: Spooling<S> | undefined;
  private readonly shelf = new Shelf<S>();
  private readonly inFlight = new Flight<S>();
  private readonly breaker: Breaker;
  private readonly detour: Detour<S> | undefined;
  private readonly settlement: Settlement<S>;
  private readonly watchers: Watchers;
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
      fill: parts.fill,
      monotonic: () => host.clock.monotonic(),
    });
    this.watchers = new Watchers(host);
    const { fallback, spool, ...rest } = parts;
    const { shelf, accounts } = this;
    const onReady = (): void => this.pump();
    this.spooling = spool && new Spooling({ ...rest, stream: spool, shelf, accounts, onReady });
    this.detour = fallback?.routes.length ? this.createDetour(fallback) : undefined;
    const { breaker, detour, spooling } = this;
    this.settlement = new Settlement({ ...rest, shelf, accounts, breaker, detour, spooling });
  }

  private createDetour(fallback: Fallback<S>): Detour<S> {
    const { shelf, accounts } = this;
    return new Detour({
      ...this.parts,
      fallback,
      shelf,
      accounts,
      concurrency: this.parts.options.concurrency,
      onTaken: (parcel) => this.spooling?.finish(parcel),
      onSettled: () => this.goOn(),
    });
  }

  get items(): number {
    return this.shelf.items + this.itemsInFlight;
  }

  get bytes(): number {
    return this.shelf.bytes + this.inFlight.bytes + (this.detour?.underWay.bytes ?? 0);
  }

  /** Items of requests under way. */
  get itemsInFlight(): number {
    return this.inFlight.items + (this.detour?.underWay.items ?? 0);
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
    const claim = this.spooling?.claim(batch, items);
    this.shelf.push({ batch, sequence: ++this.sequence, items, bytes, attempts: 0, due: NOW, ...claim });
    this.pump();
  }

  /** Drops the oldest batch that is not under way. How many items are lost; undefined if there is none. */
  dropOldest(reason: DropReason): number | undefined {
    return this.leave(this.shelf.takeOldest(), reason);
  }

  /** Takes off the oldest batch that a fallback has, too. False if there is none. */
  dropMirrored(): boolean {
    if (this.parts.fallback?.mode !== 'mirror') return false;
    const parcel = this.shelf.takeOldest(({ mirrored }) => mirrored === true);
    return this.leave(parcel, 'queue_full') !== undefined;
  }

  /**
   * Sends what is here now, without waiting for pauses of our own. True if all of it was settled
   * within `timeout` ms (0 for no limit); what comes in later is not waited for.
   *
   * @param isLast the process ends: what the destination has not taken in half of the time goes to a
   * fallback or to disk. If not, what this process has put on disk is waited for too
   */
  async flush(timeout: number, isLast = false): Promise<boolean> {
    const mark = this.sequence;
    const isDone = (): boolean => !this.holdsUpTo(mark) && (isLast || !this.spooling?.ownItems);
    if (isDone()) return true;
    const { host } = this.parts;
    this.isEnding = isLast;
    this.spooling?.hurry(!isLast);
    this.shelf.hurry(host.clock.monotonic());
    if (isLast) this.breaker.release();
    else this.breaker.probeNow();
    this.pump();
    const isShort = isLast && isLimit(timeout) && (this.detour ?? this.spooling) !== undefined;
    const halfTime = isShort ? host.after(timeout / 2, () => this.giveUp()) : undefined;
    const done = await this.watchers.until(isDone, timeout);
    halfTime?.cancel();
    this.spooling?.hurry(false);
    this.isEnding = false;
    if (this.isGivenUp) {
      this.isGivenUp = false;
      this.pump();
    }
    return done;
  }

  /** Sends what waits at once: credentials or certificates are other ones now. */
  resume(): void {
    this.shelf.hurry(this.parts.host.clock.monotonic());
    this.breaker.release();
    this.spooling?.resume();
    this.pump();
  }

  /** All that is not settled, taken off: the dispatcher forgets it, and its answers if they come. */
  takeAll(): Parcel<S>[] {
    const diverted = this.detour?.underWay.takeAll() ?? [];
    const left = [...this.inFlight.takeAll(), ...diverted, ...this.shelf.takeAll()];
    this.timer?.cancel();
    for (const parcel of left) if (parcel.mirrored) this.settlement.lose(parcel, 'shutdown');
    this.watchers.look();
    return left.filter((parcel) => !parcel.mirrored);
  }

  /** What is left, for the last attempt while the process exits. */
  takeForExit(destination: Destination<S> | undefined): ExitRest {
    const { detour, isDown, spooling } = this;
    // Nobody would take it now.
    if (isDown && !detour) this.spoolAll();
    return exitRest(this.takeAll(), { ...this.parts, destination, detour, isDown, spooling });
  }

  /** Puts everything on disk that the disk takes. */
  spoolAll(): void {
    const { spooling } = this;
    if (spooling) this.shelf.unshift(...this.takeAll().filter((parcel) => !spooling.store(parcel)));
  }

  /** What stands in for the destination is no longer needed. */
  async shutdown(): Promise<void> {
    await this.detour?.shutdown();
  }

  stats(): DeliveryStats {
    return this.accounts.stats(this.items, this.spooling?.items ?? 0);
  }

  /** Items that this process has accepted and that have not arrived: in memory and on disk. */
  get unsettled(): number {
    return this.items + (this.spooling?.ownItems ?? 0);
  }

  private holdsUpTo(mark: number): boolean {
    const { detour, shelf, inFlight } = this;
    return inFlight.holdsUpTo(mark) || shelf.holdsUpTo(mark) || (detour?.underWay.holdsUpTo(mark) ?? false);
  }

  private leave(parcel: Parcel<S> | undefined, reason: DropReason): number | undefined {
    const lost = parcel && this.settlement.lose(parcel, reason);
    this.watchers.look();
    return lost;
  }

  private giveUp(): void {
    this.isGivenUp = true;
    for (const parcel of this.inFlight.takeAll()) this.takeBack(parcel);
    this.spooling?.pause();
    this.pump();
    this.watchers.look();
  }

  /** Nobody waits for the answer to this one any more. */
  private takeBack(parcel: Parcel<S>): void {
    this.spooling?.answered(parcel, { kind: 'retry', reason: 'given up' });
    this.settlement.again(parcel, parcel.due);
  }

  private goOn(): void {
    this.pump();
    if (this.itemsInFlight === 0) this.onIdle?.();
    this.watchers.look();
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
    this.fromDisk(now);
    this.schedule(now);
  }

  /** Where batches go that the destination cannot take now: to a fallback, else to disk. What is left waits here. */
  private elsewhere(now: number): void {
    if (!this.isDown && !this.isEnding) return;
    const may = ({ attempts }: Parcel<S>): boolean => this.isDown || attempts > 0;
    this.detour?.pump(now, may);
    if (!this.detour?.isOpenAt(now)) this.spooling?.storeWaiting(may);
  }

  /** One batch that was on disk, if nothing fresh waits to be sent. */
  private fromDisk(now: number): void {
    if (!this.spooling?.isReadyAt(now) || this.isEnding || this.nextAttempt() > now) return;
    if ((this.shelf.nextDue() ?? Number.POSITIVE_INFINITY) <= now) return;
    const parcel = this.spooling.take();
    const permit = parcel && this.breaker.acquire();
    if (permit) void this.send(parcel, permit);
    else if (parcel) this.takeBack(parcel);
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
    const never = Number.POSITIVE_INFINITY;
    const fromDisk = this.isEnding ? never : (this.spooling?.nextAt ?? never);
    const due = Math.min(this.shelf.nextDue() ?? never, fromDisk);
    const isBusy = this.inFlight.size >= this.parts.options.concurrency || this.breaker.state === 'half-open';
    return isBusy ? never : Math.max(due, this.breaker.notBefore);
  }

  private nextDetour(now: number): number {
    const isWaiting = (this.isDown || this.isEnding) && this.shelf.length > 0;
    return (isWaiting && this.detour?.nextAt(now)) || Number.POSITIVE_INFINITY;
  }

  private async send(parcel: Parcel<S>, permit: Permit): Promise<void> {
    const { sender, timeout, kind, host } = this.parts;
    this.inFlight.add(parcel);
    parcel.attempts++;
    let outcome: Outcome;
    const started = host.clock.monotonic();
    try {
      await settledResource(kind.resource(parcel.batch));
      // Somebody has taken it off: it was given up, perhaps with the sender shut down.
      if (!this.inFlight.has(parcel)) return this.breaker.forget(permit);
      parcel.underWay = true;
      outcome = await sender.send(parcel.batch, parcel.attempts, timeout);
    } catch (error) {
      outcome = { kind: 'rejected', reason: `the exporter failed: ${errorMessage(error)}` };
    }
    parcel.underWay = false;
    this.onRequest?.(host.clock.monotonic() - started, outcome.kind);
    // Whoever took it off in the meantime keeps the books for it.
    if (!this.inFlight.delete(parcel)) return this.breaker.forget(permit);
    this.spooling?.answered(parcel, outcome);
    this.settlement.book(parcel, outcome, permit);
    this.goOn();
  }
}
