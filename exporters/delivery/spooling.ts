import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import type { Accounts } from './accounts.ts';
import { retryDelay } from './backoff.ts';
import type { BatchKind } from './batch-kind.ts';
import { Claim } from './claim.ts';
import type { BatchOf } from './destination.ts';
import type { DeliveryOptions } from './options.ts';
import type { Parcel, Shelf } from './parcel.ts';
import type { SpoolStream } from './spool/index.ts';

/** What a {@link Spooling} is made of. */
export interface SpoolingParts<S extends Signal> {
  readonly stream: SpoolStream<S>;
  readonly kind: BatchKind<S>;
  readonly shelf: Shelf<S>;
  readonly accounts: Accounts;
  readonly host: Pick<Host, 'clock'>;
  readonly options: DeliveryOptions;
  /** There may be something to send. */
  onReady(): void;
}

/** Items in one request of what comes from the disk. */
const BATCH_ITEMS = 512;
/** Milliseconds between two requests with what was spooled, so that it never takes all there is. */
const PACE = 20;
/** Milliseconds before another look at a disk that gave nothing. */
const UNREADABLE_PAUSE = 1_000;

/**
 * Between a dispatcher and the disk: puts parcels there, takes them back when the destination works,
 * and tells the disk what is through with. A batch at a time is on its way, and only when nothing
 * fresh waits.
 */
export class Spooling<S extends Signal> {
  private underWay = 0;
  private failures = 0;
  private resumesAt = Number.NEGATIVE_INFINITY;
  private isHurried = false;

  constructor(private readonly parts: SpoolingParts<S>) {
    const { stream, accounts } = parts;
    stream.listener = {
      recovered: (items) => accounts.recover(items),
      dropped: (items, reason) => accounts.drop(items, reason),
      ready: () => parts.onReady(),
    };
  }

  /** Items that are on disk and not in memory. */
  get items(): number {
    return this.parts.stream.items;
  }

  /** Those of them that this process has put there. */
  get ownItems(): number {
    return this.parts.stream.ownItems;
  }

  /** Write-ahead: puts an item on disk before it is queued. */
  ahead(item: object, items: number): void {
    const { stream, kind } = this.parts;
    if (stream.writesAhead && kind.isSampled(item)) stream.writeAhead(item, kind.single(item), items);
  }

  /** What was written ahead of a batch. */
  claim(batch: BatchOf[S], items: number): { readonly claim?: Claim } {
    const { stream, kind } = this.parts;
    if (!stream.writesAhead) return {};
    const holds = stream.holdsOf(kind.list(batch));
    return holds.length === 0 ? {} : { claim: new Claim(holds, items) };
  }

  /** Puts an item on disk that there is no room for in memory. False if the disk does not take it. */
  storeItem(item: object, items: number): boolean {
    const isStored = this.parts.stream.append(this.parts.kind.single(item), items);
    if (isStored) this.parts.onReady();
    return isStored;
  }

  /** Puts a parcel on disk that stays in memory for a last attempt. */
  secure(parcel: Parcel<S>): Parcel<S> {
    const { stream } = this.parts;
    const { claim, items, batch } = parcel;
    if (claim?.isWhole(items)) return parcel;
    const holds = stream.hold(batch, items);
    if (!holds) return parcel;
    this.finish(parcel);
    return { ...parcel, claim: new Claim(holds, items) };
  }

  /** Puts a parcel that is nowhere else on disk. False if the disk does not take it. */
  store(parcel: Parcel<S>): boolean {
    const { stream } = this.parts;
    const { claim, items, batch } = parcel;
    if (claim?.isWhole(items) && stream.release(claim.holds)) return true;
    if (!stream.append(batch, items)) return false;
    this.finish(parcel);
    return true;
  }

  /** Puts on disk what waits and may go, oldest first, as far as the disk takes it. */
  storeWaiting(may: (parcel: Parcel<S>) => boolean): void {
    const { shelf } = this.parts;
    for (;;) {
      const parcel = shelf.takeOldest((one) => !one.mirrored && may(one));
      if (!parcel) return;
      if (this.store(parcel)) continue;
      shelf.unshift(parcel);
      return;
    }
  }

  /** Puts the oldest that waits on disk. False if there is none or the disk does not take it. */
  storeOldest(): boolean {
    const { shelf } = this.parts;
    const parcel = shelf.takeOldest(({ mirrored }) => !mirrored);
    if (!parcel) return false;
    const isStored = this.store(parcel);
    if (!isStored) shelf.unshift(parcel);
    return isStored;
  }

  /** True if something could be taken now. */
  isReadyAt(now: number): boolean {
    return now >= this.nextAt;
  }

  /** Monotonic time at which something can be taken, but for what is under way; never if there is nothing. */
  get nextAt(): number {
    return this.underWay === 0 && this.parts.stream.canTake ? this.resumesAt : Number.POSITIVE_INFINITY;
  }

  /** Somebody waits for what is on disk: no pauses of our own, but after a failure. */
  hurry(isHurried: boolean): void {
    this.isHurried = isHurried;
    if (isHurried) this.resume();
  }

  /** Takes the next batch off the disk. */
  take(): Parcel<S> | undefined {
    const { stream, options, host } = this.parts;
    const notBefore = host.clock.now() - stream.maxAge;
    const taken = stream.take({ items: BATCH_ITEMS, bytes: options.batchBytes, notBefore });
    if (!taken) {
      // The disk cannot be read now, or what was there is gone.
      this.resumesAt = host.clock.monotonic() + UNREADABLE_PAUSE;
      return undefined;
    }
    const { batch, items, bytes, holds } = taken;
    this.underWay++;
    return {
      batch,
      items,
      bytes,
      sequence: 0,
      attempts: 0,
      due: 0,
      claim: new Claim(holds, items),
      spooled: true,
    };
  }

  /** The destination may take it again: no pauses. */
  resume(): void {
    this.resumesAt = Number.NEGATIVE_INFINITY;
  }

  /** The destination was given up: what is on disk now stays there for a while. */
  pause(): void {
    const { host, options } = this.parts;
    this.resumesAt = host.clock.monotonic() + options.breakerReset;
  }

  /** A request is answered. After one with what came from the disk there is a pause. */
  answered({ spooled }: Parcel<S>, outcome: Outcome): void {
    if (!spooled) return;
    const { host, options } = this.parts;
    const isFailure = outcome.kind === 'retry' || outcome.kind === 'paused';
    const after = outcome.kind === 'retry' ? outcome.after : undefined;
    this.underWay--;
    this.failures = isFailure ? this.failures + 1 : 0;
    const pause = isFailure ? retryDelay(this.failures, after, options) : this.isHurried ? 0 : PACE;
    this.resumesAt = host.clock.monotonic() + pause;
  }

  /** A parcel is through with: delivered, refused or dropped. */
  finish({ claim, items }: Parcel<S>): void {
    if (claim?.finish(items)) this.parts.stream.settle(claim.holds);
  }
}
