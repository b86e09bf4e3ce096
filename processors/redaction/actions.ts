import { createHmac, randomBytes } from 'node:crypto';
import { codePointBoundary } from '../../src/core/index.ts';
import { ownCopy } from './key-memory.ts';
import type { Kind } from './kinds.ts';
import type { Hit } from './match.ts';
import { MASK, type Placeholders } from './placeholders.ts';

/** What becomes of something that was found. */
export const ACTIONS = ['redact', 'hash', 'mask', 'drop'] as const;

/**
 * `redact` puts a placeholder in its place; `hash` a keyed hash, so that equal values stay equal;
 * `mask` keeps the last four characters; `drop` removes the whole attribute.
 */
export type Action = (typeof ACTIONS)[number];

/** Which action for which kind. */
export interface ActionOptions {
  readonly action?: Action;
  readonly actions?: Readonly<Partial<Record<Kind, Action>>>;
  /** Key of the hashes. Without one they differ from process to process. */
  readonly hmacKey?: string;
}

/** Hashes are remembered, since the same users come back. */
const MEMORY = 1_024;

/** Of shorter secrets the last four characters would be too much. */
const MASKED_FROM = 8;

/** A user name in front of a password is none of it. */
function lengthOfSecret(kind: Kind, value: string): number {
  return kind === 'url_credentials' ? value.length - value.indexOf(':') - 1 : value.length;
}

/** Turns what was found into what stands in its place. */
export class Replacer {
  private readonly hashes = new Map<string, string>();
  /** Made with the first hash: most processes make none. */
  private hmacKey: string | Buffer | undefined;

  constructor(
    private readonly options: ActionOptions,
    private readonly placeholders: Placeholders,
  ) {
    this.hmacKey = options.hmacKey;
  }

  actionOf(kind: Kind): Action {
    return this.options.actions?.[kind] ?? this.options.action ?? 'redact';
  }

  /** The replacement of `value`; undefined if the attribute is to be dropped. */
  replace(kind: Kind, value: string): string | undefined {
    switch (this.actionOf(kind)) {
      case 'drop':
        return undefined;
      case 'hash':
        return `[${kind.toUpperCase()}#${this.hash(value)}]`;
      case 'mask':
        return lengthOfSecret(kind, value) >= MASKED_FROM
          ? MASK + value.slice(codePointBoundary(value, value.length - 4))
          : this.placeholders.of(kind);
      default:
        return this.placeholders.of(kind);
    }
  }

  /** The text with every match replaced; undefined if the attribute is to be dropped. */
  replaceAll(text: string, matches: readonly Hit[], replacement?: string): string | undefined {
    let result = '';
    let kept = 0;
    for (const { start, end, kind, quote = '' } of matches) {
      const instead = replacement ?? this.replace(kind, text.slice(start, end));
      if (instead === undefined) return undefined;
      result += text.slice(kept, start) + quote + instead + quote;
      kept = end;
    }
    return result + text.slice(kept);
  }

  /** HMAC-SHA-256, the first 64 bits in hexadecimal. */
  private hash(value: string): string {
    const known = this.hashes.get(value);
    if (known !== undefined) return known;
    this.hmacKey ??= randomBytes(32);
    const hash = createHmac('sha256', this.hmacKey).update(value).digest('hex').slice(0, 16);
    if (this.hashes.size >= MEMORY) this.hashes.clear();
    if (value.length <= 256) this.hashes.set(ownCopy(value), hash);
    return hash;
  }
}
