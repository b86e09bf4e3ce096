import type { Attributes } from '@opentelemetry/api';

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * The fast way through the rules of attributes, for what nearly all of them are: strings, numbers
 * and booleans under keys that are not empty. What is anything else, or a limit that bites, goes
 * the SDK's own way (`cleanAttributes` of `@opentelemetry/core`), so that its rules hold by
 * construction. Results are fields and not an object: this runs for every span.
 */
export class AttributeReader {
  /** Number of attributes {@link copy} found last. */
  count = 0;
  /** False if a limit bites on what {@link copy} returned last. */
  fits = true;

  /** With a limit that is none, the SDK's way is gone always, which warns each time. */
  readonly isLimitBad: boolean;

  constructor(
    private readonly countLimit: number,
    private readonly valueLimit: number,
  ) {
    this.isLimitBad = valueLimit <= 0;
  }

  /** A shallow copy, or undefined if a value or key is not of the plain kind. */
  copy(input: Attributes): Attributes | undefined {
    if (this.isLimitBad) return undefined;
    const { valueLimit } = this;
    // Copied first: getters are asked once, and what they return is what is checked.
    const attributes = { ...input };
    let count = 0;
    let fits = true;
    for (const key in attributes) {
      // Called this way it costs nothing here, as Object.hasOwn does.
      if (!hasOwn.call(attributes, key)) continue;
      const value = attributes[key];
      if (typeof value === 'string') {
        if (!(value.length <= valueLimit)) fits = false;
      } else if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
      if (key === '' || key === '__proto__') return undefined;
      count++;
    }
    this.count = count;
    this.fits = fits && !(count > this.countLimit);
    return attributes;
  }

  /** True if the value needs no look at its inside and no cut. */
  isPlain(value: unknown): boolean {
    if (this.isLimitBad) return false;
    if (typeof value === 'string') return value.length <= this.valueLimit;
    return typeof value === 'number' || typeof value === 'boolean';
  }
}
