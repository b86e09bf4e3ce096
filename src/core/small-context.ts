import type { Context } from '@opentelemetry/api';

/**
 * A Context with a few values on top of another one. The API's copies a map and makes three
 * closures for each value that is set, which is most of what extracting costs; this one copies four
 * pairs of fields. What does not fit goes to a Context of the API's kind.
 */
export class SmallContext implements Context {
  private constructor(
    private readonly base: Context,
    private readonly key1: symbol | undefined,
    private readonly value1: unknown,
    private readonly key2: symbol | undefined,
    private readonly value2: unknown,
    private readonly key3: symbol | undefined,
    private readonly value3: unknown,
    private readonly key4: symbol | undefined,
    private readonly value4: unknown,
  ) {}

  /** Nothing on top of `base` yet; one of these is returned as it is. */
  static over(base: Context): Context {
    if (base instanceof SmallContext) return base;
    return new SmallContext(
      base,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    );
  }

  getValue(key: symbol): unknown {
    if (key === this.key1) return this.value1;
    if (key === this.key2) return this.value2;
    if (key === this.key3) return this.value3;
    if (key === this.key4) return this.value4;
    return this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    const { base, key1, value1, key2, value2, key3, value3, key4, value4 } = this;
    if (key1 === undefined || key1 === key) {
      return new SmallContext(base, key, value, key2, value2, key3, value3, key4, value4);
    }
    if (key2 === undefined || key2 === key) {
      return new SmallContext(base, key1, value1, key, value, key3, value3, key4, value4);
    }
    if (key3 === undefined || key3 === key) {
      return new SmallContext(base, key1, value1, key2, value2, key, value, key4, value4);
    }
    if (key4 === undefined || key4 === key) {
      return new SmallContext(base, key1, value1, key2, value2, key3, value3, key, value);
    }
    return this.flat().setValue(key, value);
  }

  /** A value that is taken away covers that of the base. */
  deleteValue(key: symbol): Context {
    return this.getValue(key) === undefined ? this : this.setValue(key, undefined);
  }

  private flat(): Context {
    let context = this.base;
    if (this.key1) context = context.setValue(this.key1, this.value1);
    if (this.key2) context = context.setValue(this.key2, this.value2);
    if (this.key3) context = context.setValue(this.key3, this.value3);
    if (this.key4) context = context.setValue(this.key4, this.value4);
    return context;
  }
}
