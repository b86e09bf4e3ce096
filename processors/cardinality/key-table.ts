import type { AttributeValue } from '@opentelemetry/api';
import { isUuid, templatePath } from './path-template.ts';

/** Values and the random numbers that stand for them; see `series-guard.ts`. */
export interface Known {
  /** Two independent 32-bit numbers. */
  readonly hash: number;
  readonly check: number;
  /** The value as it is exported; undefined if the attribute is left out. */
  readonly value: AttributeValue | undefined;
  generation: number;
}

/** What a key does with its values. */
export interface KeyRule {
  readonly limit: number;
  /** Undefined leaves the attribute out. */
  readonly overflowValue: string | undefined;
  readonly blocked: boolean;
  /** Values are not limited or blocked, and not remembered beyond the limit either. */
  readonly isPath: boolean;
  readonly dropUuids: boolean;
}

/** Longer values are never one of few. */
const VALUE_LENGTH = 512;

/** Seen first when a key is looked up; equal to no value of an application. */
const NOTHING = Symbol('nothing');

function known(value: AttributeValue | undefined, generation: number): Known {
  return { hash: random32(), check: random32(), value, generation };
}

function random32(): number {
  return (Math.random() * 0x1_0000_0000) | 0;
}

/** The values of one key that were seen, at most as many as its limit. */
export class KeyTable {
  private readonly values = new Map<unknown, Known>();
  private readonly absent: Known = { hash: 0, check: 0, value: undefined, generation: 0 };
  private lastValue: unknown = NOTHING;
  private last: Known = this.absent;
  private readonly overflow: Known;

  constructor(
    readonly key: string,
    private readonly rule: KeyRule,
    /** Told when a value is one too many. */
    private readonly onOverflow: (key: string) => void,
  ) {
    const { overflowValue } = rule;
    this.overflow = overflowValue === undefined ? this.absent : known(overflowValue, 0);
  }

  /** What stands for the value. */
  lookup(value: AttributeValue | undefined, generation: number): Known {
    const found = value === this.lastValue ? this.last : this.values.get(value);
    if (found === undefined) return this.admit(value, generation);
    found.generation = generation;
    this.lastValue = value;
    this.last = found;
    return found;
  }

  private admit(value: AttributeValue | undefined, generation: number): Known {
    const { rule } = this;
    if (rule.blocked || value === undefined || value === null) return this.absent;
    if (rule.dropUuids && isUuid(value)) return this.absent;
    if (rule.isPath && typeof value === 'string') {
      const template = templatePath(value);
      if (template !== value) return this.lookup(template, generation);
    }
    return typeof value === 'object'
      ? this.admitObject(value, generation)
      : this.remember(value, value, generation);
  }

  /** Lists and maps are compared by their content. */
  private admitObject(value: AttributeValue & object, generation: number): Known {
    const content = textOf(value);
    const found = this.values.get(content);
    if (found === undefined) return this.remember(content, value, generation);
    found.generation = generation;
    return found;
  }

  private remember(key: unknown, value: AttributeValue, generation: number): Known {
    if (this.values.size >= this.rule.limit || (typeof key === 'string' && key.length > VALUE_LENGTH)) {
      this.onOverflow(this.key);
      return this.overflow;
    }
    const remembered = known(value, generation);
    this.values.set(key, remembered);
    return remembered;
  }

  /** Forgets values that were not seen since the generation. */
  forget(before: number): void {
    this.lastValue = NOTHING;
    for (const [value, { generation }] of this.values) if (generation < before) this.values.delete(value);
  }
}

/** The content of a list or map; no text of an application begins with a zero. */
function textOf(value: object): string {
  try {
    return `\0${JSON.stringify(value)}`.slice(0, VALUE_LENGTH + 1);
  } catch {
    return '\0';
  }
}
