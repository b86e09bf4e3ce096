import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { type AttributeValue, SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { formatSpans } from './span-tree.ts';

/** What an attribute is compared with: a value, a pattern for texts, or a condition. */
export type Expected = AttributeValue | RegExp | Approximately | ((value: unknown) => boolean);

/** A number with tolerance; made by {@link approximately}. */
export interface Approximately {
  readonly about: number;
  readonly tolerance: number;
}

/** A number within `tolerance` (absolute; default a millionth of the number). */
export function approximately(about: number, tolerance = Math.abs(about) * 1e-6): Approximately {
  return { about, tolerance };
}

/** The status codes by name. */
export type StatusName = keyof typeof SpanStatusCode;

/**
 * Assertions over spans. Each returns the assertions again, or narrows them; each failure says what
 * was expected, what there is, and shows the spans as a tree.
 */
export class SpanAssertions {
  /**
   * @param spans in the order of their start
   * @param all the spans to show on failure, and to look for parents in
   */
  constructor(
    readonly spans: readonly ReadableSpan[],
    private readonly what = 'spans',
    private readonly all: readonly ReadableSpan[] = spans,
  ) {}

  /** Only the spans with this name. */
  named(name: string | RegExp): SpanAssertions {
    return this.where(`spans named ${inspect(name)}`, (span) => matches(span.name, name));
  }

  /** Only the spans that fulfil a condition. */
  where(what: string, condition: (span: ReadableSpan) => boolean): SpanAssertions {
    return new SpanAssertions(this.spans.filter(condition), what, this.all);
  }

  /** Only the spans of one trace: that of the given span, or the first one's. */
  inTraceOf(span: ReadableSpan | undefined = this.spans[0]): SpanAssertions {
    const traceId = span?.spanContext().traceId;
    return this.where(`spans of trace ${traceId}`, (other) => other.spanContext().traceId === traceId);
  }

  hasCount(count: number): this {
    return this.check(this.spans.length === count, `${count} ${this.what}`, this.spans.length);
  }

  exists(): this {
    return this.check(this.spans.length > 0, `${this.what} to exist`, 'none');
  }

  doesNotExist(): this {
    return this.check(this.spans.length === 0, `no ${this.what}`, this.spans.length);
  }

  /** The names, in the order of start, are exactly these. */
  hasNamesInOrder(...names: readonly string[]): this {
    const actual = this.spans.map(({ name }) => name);
    const same = actual.length === names.length && actual.every((name, index) => name === names[index]);
    return this.check(same, `names in order of start ${inspect(names)}`, inspect(actual));
  }

  /** Every one of the spans has the attribute with the value. */
  hasAttribute(key: string, expected?: Expected): this {
    this.exists();
    for (const span of this.spans) {
      const actual = span.attributes[key];
      const good = expected === undefined ? actual !== undefined : fulfils(actual, expected);
      const wanted = expected === undefined ? 'any value' : describeExpected(expected);
      this.check(good, `${span.name}: ${key} = ${wanted}`, inspect(actual));
    }
    return this;
  }

  hasAttributes(expected: Readonly<Record<string, Expected>>): this {
    for (const [key, value] of Object.entries(expected)) this.hasAttribute(key, value);
    return this;
  }

  hasNoAttribute(key: string): this {
    for (const span of this.spans) {
      const actual = span.attributes[key];
      this.check(actual === undefined, `${span.name}: no ${key}`, inspect(actual));
    }
    return this;
  }

  hasStatus(name: StatusName, message?: string | RegExp): this {
    this.exists();
    for (const { name: span, status } of this.spans) {
      this.check(
        status.code === SpanStatusCode[name],
        `${span}: status ${name}`,
        SpanStatusCode[status.code],
      );
      if (message === undefined) continue;
      const text = status.message ?? '';
      this.check(matches(text, message), `${span}: status message ${inspect(message)}`, inspect(text));
    }
    return this;
  }

  /** Every one has an event of that name, with those attributes. */
  hasEvent(name: string, attributes: Readonly<Record<string, Expected>> = {}): this {
    this.exists();
    for (const span of this.spans) {
      const found = span.events.some(
        (event) =>
          event.name === name &&
          Object.entries(attributes).every(([key, value]) => fulfils(event.attributes?.[key], value)),
      );
      const actual = inspect(span.events.map((event) => [event.name, event.attributes]));
      this.check(found, `${span.name}: event ${name} ${inspect(attributes)}`, actual);
    }
    return this;
  }

  /** Every one is a child of the given span, or of the one span with the given name. */
  hasParent(parent: string | ReadableSpan): this {
    this.exists();
    const id = typeof parent === 'string' ? this.only(parent) : parent.spanContext().spanId;
    for (const span of this.spans) {
      const actual = span.parentSpanContext?.spanId;
      const name = this.all.find((other) => other.spanContext().spanId === actual)?.name;
      const wanted = typeof parent === 'string' ? parent : parent.name;
      this.check(actual === id, `${span.name}: parent ${wanted} ${id}`, name ? `${name} ${actual}` : actual);
    }
    return this;
  }

  isRoot(): this {
    this.exists();
    for (const { name, parentSpanContext: parent } of this.spans) {
      this.check(parent === undefined, `${name}: no parent`, parent?.spanId);
    }
    return this;
  }

  /** Every span's duration lies between the two, in milliseconds, both inclusive. */
  hasDurationBetween(minimum: number, maximum: number): this {
    this.exists();
    for (const { name, duration } of this.spans) {
      const actual = hrTimeToMilliseconds(duration);
      const good = actual >= minimum && actual <= maximum;
      this.check(good, `${name}: duration from ${minimum} to ${maximum} ms`, `${actual} ms`);
    }
    return this;
  }

  /** Each trace has one root, every parent is there, and no child begins before its parent. */
  isComplete(): this {
    this.exists();
    const byId = new Map(this.all.map((span) => [span.spanContext().spanId, span]));
    const roots = new Map<string, number>();
    for (const span of this.spans) {
      const { traceId } = span.spanContext();
      const parentId = span.parentSpanContext?.spanId;
      if (!roots.has(traceId)) roots.set(traceId, 0);
      if (!parentId) {
        roots.set(traceId, (roots.get(traceId) ?? 0) + 1);
        continue;
      }
      const parent = byId.get(parentId);
      this.check(parent !== undefined, `${span.name}: its parent ${parentId} to be there`, 'missing');
      const early = parent && hrTimeToMilliseconds(span.startTime) < hrTimeToMilliseconds(parent.startTime);
      this.check(!early, `${span.name} to begin after ${parent?.name}`, 'before');
    }
    for (const [traceId, count] of roots) this.check(count === 1, `one root in trace ${traceId}`, count);
    return this;
  }

  private only(name: string): string {
    const candidates = this.all.filter((span) => span.name === name);
    this.check(candidates.length === 1, `one span named ${name} to be the parent`, candidates.length);
    return candidates[0]?.spanContext().spanId ?? '';
  }

  private check(good: boolean, expected: string, actual: unknown): this {
    if (good) return this;
    const message = `Expected ${expected}\nActual:  ${String(actual)}\n\n${formatSpans(this.all)}`;
    throw new AssertionError({ message, expected, actual, operator: 'spans', stackStartFn: this.check });
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text);
}

function fulfils(actual: unknown, expected: Expected): boolean {
  if (typeof expected === 'function') return expected(actual);
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual);
  if (isApproximately(expected)) {
    return typeof actual === 'number' && Math.abs(actual - expected.about) <= expected.tolerance;
  }
  return inspect(actual, { depth: null }) === inspect(expected, { depth: null });
}

function isApproximately(expected: unknown): expected is Approximately {
  return typeof expected === 'object' && expected !== null && 'about' in expected && 'tolerance' in expected;
}

function describeExpected(expected: Expected): string {
  if (isApproximately(expected)) return `${expected.about} ± ${expected.tolerance}`;
  return typeof expected === 'function' ? 'a value that fulfils the condition' : inspect(expected);
}
