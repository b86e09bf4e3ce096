import type { CharSet } from './chars.ts';
import type { Kind } from './kinds.ts';

/** A place in a text that must go. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  /** Which detector found it, e.g. `openai`; the label of its metric. */
  readonly detector: string;
}

/** A match with what the replacement needs beside the kind. */
export interface Hit extends Match {
  readonly quote?: string;
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
  /** What the characters after the prefix can be, where that is known. */
  readonly follows?: CharSet;
  /** That is known of the first one only. */
  readonly followsOnce?: boolean;
  /** So many of these characters follow at least, unless the text ends before. */
  readonly least?: number;
  find(text: string, at: number): Match | undefined;
}

/** A match, in the order of its words. */
export function match(start: number, end: number, kind: Kind, detector: string): Match {
  return { start, end, kind, detector };
}
