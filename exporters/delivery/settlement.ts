import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import type { Accounts, DropReason } from './accounts.ts';
import { boundedAfter, retryDelay } from './backoff.ts';
import type { BatchKind } from './batch-kind.ts';
import type { Breaker, Permit } from './breaker.ts';
import type { Detour } from './detour.ts';
import type { DestinationHealth } from './health.ts';
import { CREDENTIALS_PAUSE, type DeliveryOptions, NOW } from './options.ts';
import { halvesOf, type Parcel, type Shelf } from './parcel.ts';
import type { Spooling } from './spooling.ts';

/** What a {@link Settlement} writes to. */
export interface SettlementParts<S extends Signal> {
  readonly kind: BatchKind<S>;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'clock'>;
  readonly options: DeliveryOptions;
  readonly shelf: Shelf<S>;
  readonly accounts: Accounts;
  readonly breaker: Breaker;
  readonly detour: Detour<S> | undefined;
  readonly spooling: Spooling<S> | undefined;
}

/** What follows from the answer to a request: in the books, for the breaker, and for the batch. */
export class Settlement<S extends Signal> {
  constructor(private readonly parts: SettlementParts<S>) {}

  /** Does what follows from an answer. */
  book(parcel: Parcel<S>, outcome: Outcome, permit: Permit): void {
    const { health, kind, host } = this.parts;
    switch (outcome.kind) {
      case 'delivered': {
        const rejected = Math.min(outcome.rejected ?? 0, parcel.items);
        this.parts.accounts.delivered += parcel.items - rejected;
        this.parts.accounts.rejected += rejected;
        this.parts.breaker.succeeded(permit);
        this.parts.detour?.passed(parcel.batch);
        this.parts.spooling?.finish(parcel);
        if (!this.parts.breaker.isDown) this.parts.detour?.recovered();
        health.succeeded(kind.signal);
        if (rejected > 0 || outcome.reason) health.refused(kind.signal, rejected, outcome.reason);
        return;
      }
      case 'rejected':
        this.parts.breaker.succeeded(permit);
        health.failed(kind.signal, outcome.reason, this.lose(parcel, 'rejected'));
        return;
      case 'split':
        this.parts.breaker.succeeded(permit);
        this.split(parcel, outcome.reason);
        return;
      case 'paused':
        health.failed(kind.signal, outcome.reason);
        this.parts.breaker.hold(CREDENTIALS_PAUSE);
        this.parts.accounts.retries++;
        this.again(parcel, host.clock.monotonic());
        return;
      case 'retry': {
        health.failed(kind.signal, outcome.reason);
        const after = boundedAfter(outcome.after);
        this.parts.breaker.failed(permit, after);
        this.parts.accounts.retries++;
        const delay = retryDelay(parcel.attempts, after, this.parts.options);
        this.again(parcel, host.clock.monotonic() + delay);
      }
    }
  }

  /** It is sent once more, not before it is due. */
  again(parcel: Parcel<S>, due: number): void {
    // What came from the disk goes back there.
    if (parcel.spooled && this.parts.spooling?.store(parcel)) return;
    parcel.due = due;
    this.parts.shelf.unshift(parcel);
  }

  /** It leaves without having arrived. @returns how many items are lost */
  lose(parcel: Parcel<S>, door: DropReason | 'rejected'): number {
    this.parts.spooling?.finish(parcel);
    return this.parts.accounts.lose(parcel, door);
  }

  private split(parcel: Parcel<S>, reason: string): void {
    const { kind, health } = this.parts;
    const halves = halvesOf(parcel, kind);
    if (!halves) {
      const lost = this.lose(parcel, 'rejected');
      health.failed(kind.signal, `${reason}; a single item is too large`, lost);
      return;
    }
    this.parts.shelf.unshift(...halves.map((half) => ({ ...half, attempts: 0, due: NOW, spooled: false })));
  }
}
