import type { Signal } from '../../src/core/index.ts';
import type { Parcel } from './parcel.ts';

/** The parcels under way, and what they hold. */
export class Flight<S extends Signal> {
  private readonly parcels = new Set<Parcel<S>>();
  private itemCount = 0;
  private byteCount = 0;

  get size(): number {
    return this.parcels.size;
  }

  get items(): number {
    return this.itemCount;
  }

  get bytes(): number {
    return this.byteCount;
  }

  add(parcel: Parcel<S>): void {
    this.parcels.add(parcel);
    this.count(parcel, 1);
  }

  has(parcel: Parcel<S>): boolean {
    return this.parcels.has(parcel);
  }

  /** False if it is not here any more: whoever took it off keeps the books for it. */
  delete(parcel: Parcel<S>): boolean {
    const was = this.parcels.delete(parcel);
    if (was) this.count(parcel, -1);
    return was;
  }

  /** All, taken off. */
  takeAll(): Parcel<S>[] {
    const all = [...this.parcels];
    for (const parcel of all) this.delete(parcel);
    return all;
  }

  /** True if a batch up to this number is here that nobody else has. */
  holdsUpTo(mark: number): boolean {
    for (const { sequence, mirrored } of this.parcels) if (sequence <= mark && !mirrored) return true;
    return false;
  }

  private count({ items, bytes }: Parcel<S>, sign: 1 | -1): void {
    this.itemCount += sign * items;
    this.byteCount += sign * bytes;
  }
}
