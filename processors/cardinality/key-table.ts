import type { AttributeValue } from '@opentelemetry/api';
import { isUuid, templatePath } from './path-template.ts';

/** Values and the random numbers that stand for them; see `series-guard.ts`. */
interface Known {
  readonly hash: number;
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
/** Sums of 64 such numbers are still exact. */
const HASH_RANGE = 2 ** 46;

export function randomHash(): number {
  return 1 + Math.floor(Math.random() * HASH_RANGE);
}

/** The values of one key that were seen, at most as many as its limit. */
export class KeyTable {
  private readonly values = new Map<unknown, Known>();
  private readonly absent: Known = { hash: 0, value: undefined, generation: 0 };
  private readonly overflow: Known;

  constructor(
    readonly key: string,
    private readonly rule: KeyRule,
    /** Told when a value is one too many. */
    private readonly onOverflow: (key: string) => void,
  ) {
    const { overflowValue } = rule;
    this.overflow = overflowValue === undefined ? this.absent : { hash: randomHash(), value: overflowValue, generation: 0 };
  }

  /** What stands for the value. */
  lookup(value: AttributeValue | undefined, generation: number): Known {
    const known = this.values.get(value);
    if (known !== undefined) {
      known.generation = generation;
      return known;
    }
    return this.admit(value, generation);
  }

  private admit(value: AttributeValue | undefined, generation: number): Known {
    const { rule } = this;
    if (rule.blocked || value === undefined || value === null) return this.absent;
    if (rule.dropUuids && isUuid(value)) return this.absent;
    if (rule.isPath && typeof value === 'string') {
      const template = templatePath(value);
      if (template !== value) return this.lookup(template, generation);
    }
    return typeof value === 'object' ? this.admitObject(value, generation) : this.remember(value, value, generation);
  }

  /** Lists and maps are compared by their content. */
  private admitObject(value: AttributeValue & object, generation: number): Known {
    const content = textOf(value);
    const known = this.values.get(content);
    if (known === undefined) return this.remember(content, value, generation);
    known.generation = generation;
    return known;
  }

  private remember(key: unknown, value: AttributeValue, generation: number): Known {
    if (this.values.size >= this.rule.limit || (typeof key === 'string' && key.length > VALUE_LENGTH)) {
      this.onOverflow(this.key);
      return this.overflow;
    }
    const known = { hash: randomHash(), value, generation };
    this.values.set(key, known);
    return known;
  }

  /** Forgets values that were not seen since the generation. */
  forget(before: number): void {
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
