const TWO_32 = 4_294_967_296;

/** Nanoseconds as two unsigned halves of 32 bits, exact without BigInt. */
export class Nanoseconds {
  high = 0;
  low = 0;
  /** The second last asked for, and the halves of its nanoseconds: most times of a batch are of the same few seconds. */
  private second = 0;
  private secondHigh = 0;
  private secondLow = 0;

  /** Sets the halves of `seconds * 10^9 + nanos`, modulo 2^64. */
  set(seconds: number, nanos: number): void {
    if (seconds === 0) {
      this.high = 0;
      this.low = nanos;
      return;
    }
    if (seconds !== this.second) this.prepare(seconds);
    const low = this.secondLow + nanos;
    this.low = low;
    this.high = low < TWO_32 ? this.secondHigh : this.secondHigh + Math.floor(low / TWO_32);
  }

  /** The product is made in 16-bit parts. */
  private prepare(seconds: number): void {
    const upperSeconds = Math.floor(seconds / 65_536);
    const lower = (seconds - upperSeconds * 65_536) * 1e9;
    const carry = Math.floor(lower / 65_536);
    const upper = upperSeconds * 1e9 + carry;
    this.second = seconds;
    this.secondHigh = Math.floor(upper / 65_536);
    this.secondLow = (upper - this.secondHigh * 65_536) * 65_536 + (lower - carry * 65_536);
  }
}
