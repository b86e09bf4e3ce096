/**
 * Why items were dropped by us; the backend's refusals are `rejected` instead. `unconfirmed`: sent as
 * the process ended, without an answer in time, so that the backend may have them.
 */
export const DROP_REASONS = [
  'queue_full',
  'shutdown',
  'exit',
  'unconfirmed',
  'spool_full',
  'spool_expired',
  'spool_corrupt',
] as const;

/** A word of {@link DROP_REASONS}. */
export type DropReason = (typeof DROP_REASONS)[number];

/** The books of one delivery at one moment, in items (spans, log records, data points). */
export interface DeliveryStats {
  readonly accepted: number;
  /** Of the accepted, what earlier processes had left on disk. */
  readonly recovered: number;
  readonly delivered: number;
  /** Refused by the backend for good. */
  readonly rejected: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** On disk and not in memory: it will be sent, if need be by the next process. */
  readonly spooled: number;
  /**
   * What each fallback has taken, by its name: of what is `delivered`, and with the mode `mirror` also of
   * what is in memory for the destination itself.
   */
  readonly fallback: Readonly<Record<string, number>>;
  /** `accepted` minus all of the above. */
  readonly inMemory: number;
  /** Requests that were sent again. */
  readonly retries: number;
}

/**
 * Keeps the identity `accepted = delivered + rejected + dropped + spooled + in memory`: every item
 * that came in leaves by exactly one of the four doors, once.
 */
export class Accounts {
  accepted = 0;
  recovered = 0;
  delivered = 0;
  rejected = 0;
  retries = 0;
  private readonly droppedBy = new Map<DropReason, number>();
  private readonly takenBy = new Map<string, number>();

  /** A fallback has taken items. Whether they are through with is for the caller to count. */
  took(fallback: string, items: number): void {
    this.takenBy.set(fallback, (this.takenBy.get(fallback) ?? 0) + items);
  }

  /**
   * Counts what leaves without being delivered to the destination itself. What a fallback has is
   * delivered all the same.
   *
   * @returns how many items are lost
   */
  lose(
    parcel: { readonly items: number; readonly mirrored?: boolean },
    door: DropReason | 'rejected',
  ): number {
    if (parcel.mirrored) {
      this.delivered += parcel.items;
      return 0;
    }
    if (door === 'rejected') this.rejected += parcel.items;
    else this.drop(parcel.items, door);
    return parcel.items;
  }

  /** Items that an earlier process had left on disk. */
  recover(items: number): void {
    this.accepted += items;
    this.recovered += items;
  }

  drop(items: number, reason: DropReason): void {
    this.droppedBy.set(reason, (this.droppedBy.get(reason) ?? 0) + items);
  }

  get dropped(): number {
    let sum = 0;
    for (const count of this.droppedBy.values()) sum += count;
    return sum;
  }

  /** @param inMemory counted by the queue itself, @param spooled by the disk, so that the identity can be checked */
  stats(inMemory: number, spooled: number): DeliveryStats {
    const { accepted, recovered, delivered, rejected, retries } = this;
    const dropped = Object.fromEntries(this.droppedBy);
    const fallback = Object.fromEntries(this.takenBy);
    return { accepted, recovered, delivered, rejected, dropped, spooled, fallback, inMemory, retries };
  }
}
