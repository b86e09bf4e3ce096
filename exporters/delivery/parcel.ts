import type { Signal } from '../../src/core/index.ts';
import type { BatchKind } from './batch-kind.ts';
import type { Claim } from './claim.ts';
import type { BatchOf } from './destination.ts';

/** A batch on its way, with what is known about it. */
export interface Parcel<S extends Signal> {
  readonly batch: BatchOf[S];
  /** Grows with each batch; halves of a batch keep its number. */
  readonly sequence: number;
  /** Spans, log records or data points in it. */
  readonly items: number;
  /** Estimated bytes. */
  readonly bytes: number;
  /** Attempts so far. */
  attempts: number;
  /** Monotonic time of the next attempt. */
  due: number;
  /** A request with it is under way: it may have arrived. */
  underWay?: boolean;
  /** Attempts at fallbacks so far. */
  detours?: number;
  /** Fallbacks that cannot take it, ever. */
  refusedBy?: ReadonlySet<object>;
  /** True if a fallback has it, and it is only kept for the destination itself. */
  mirrored?: boolean;
  /** What is on disk of it. */
  readonly claim?: Claim;
  /** True if it was taken off the disk, and goes back there if it cannot be sent. */
  readonly spooled?: boolean;
}

/** The parcel with another batch in it. */
export function refill<S extends Signal>(
  parcel: Parcel<S>,
  batch: BatchOf[S],
  kind: BatchKind<S>,
): Parcel<S> {
  return { ...parcel, batch, items: kind.count(batch), bytes: kind.size(batch) };
}

/** The parcel in two; undefined if it is a single item. */
export function halvesOf<S extends Signal>(parcel: Parcel<S>, kind: BatchKind<S>): Parcel<S>[] | undefined {
  return kind.halve(parcel.batch)?.map((half) => refill(parcel, half, kind));
}

/** The parcels that wait to be sent, in the order they came. */
export class Shelf<S extends Signal> {
  private readonly parcels: Parcel<S>[] = [];
  private itemCount = 0;
  private byteCount = 0;

  get items(): number {
    return this.itemCount;
  }

  get bytes(): number {
    return this.byteCount;
  }

  get length(): number {
    return this.parcels.length;
  }

  /** Behind the others. */
  push(parcel: Parcel<S>): void {
    this.parcels.push(parcel);
    this.count(parcel, 1);
  }

  /** In front of the others: they are older and have been tried. */
  unshift(...parcels: Parcel<S>[]): void {
    this.parcels.unshift(...parcels);
    for (const parcel of parcels) this.count(parcel, 1);
  }

  /** The first one that is due, taken off. */
  takeDue(now: number): Parcel<S> | undefined {
    const index = this.parcels.findIndex(({ due }) => due <= now);
    return index < 0 ? undefined : this.takeAt(index);
  }

  /** The oldest of those that fit, taken off. */
  takeOldest(fits: (parcel: Parcel<S>) => boolean = () => true): Parcel<S> | undefined {
    let oldest = -1;
    let sequence = Number.POSITIVE_INFINITY;
    for (const [index, parcel] of this.parcels.entries()) {
      if (parcel.sequence >= sequence || !fits(parcel)) continue;
      oldest = index;
      sequence = parcel.sequence;
    }
    return oldest < 0 ? undefined : this.takeAt(oldest);
  }

  /** All, taken off. */
  takeAll(): Parcel<S>[] {
    this.itemCount = 0;
    this.byteCount = 0;
    return this.parcels.splice(0);
  }

  /** When the next one is due; undefined if there is none. */
  nextDue(): number | undefined {
    let next: number | undefined;
    for (const { due } of this.parcels) if (next === undefined || due < next) next = due;
    return next;
  }

  /** True if a batch up to this number is here that nobody else has. */
  holdsUpTo(sequence: number): boolean {
    return this.parcels.some((parcel) => parcel.sequence <= sequence && !parcel.mirrored);
  }

  /** Makes all of them due. */
  hurry(now: number): void {
    for (const parcel of this.parcels) parcel.due = Math.min(parcel.due, now);
  }

  private takeAt(index: number): Parcel<S> | undefined {
    const [parcel] = this.parcels.splice(index, 1);
    if (parcel) this.count(parcel, -1);
    return parcel;
  }

  private count({ items, bytes }: Parcel<S>, sign: 1 | -1): void {
    this.itemCount += sign * items;
    this.byteCount += sign * bytes;
  }
}
