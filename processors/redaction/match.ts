import type { Kind } from './kinds.ts';

/** A place in a text that must go. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  /** Which detector found it, e.g. `openai`; the label of its metric. */
  readonly detector: string;
}

/** Where and what a detector may look at. */
export interface Sight {
  readonly text: string;
  /** A run of digits may be a card, an IBAN or an identity number. */
  readonly numbers: boolean;
}

/**
 * A detector that starts at the beginning of a word. `at` is where its prefix was seen; it
 * returns the end of the match, or -1. It must look at a bounded number of characters, or at
 * characters that the match then swallows, so that the whole scan stays linear.
 */
export interface WordDetector {
  readonly name: string;
  readonly kind: Kind;
  readonly prefix: string;
  /** Letters of the prefix match in any case. */
  readonly anyCase?: boolean;
  find(text: string, at: number): Match | undefined;
}

/** A format table's row made into a detector. */
export function match(start: number, end: number, kind: Kind, detector: string): Match {
  return { start, end, kind, detector };
}
