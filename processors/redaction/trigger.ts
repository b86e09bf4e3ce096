import type { CharSet } from './chars.ts';

/** Four characters that begin at an even place of a text, and without which something cannot begin there. */
export interface Trigger {
  /** The possible characters of each place; `ANY` where all are. Of the outer two at most one is. */
  readonly chars: readonly [string, string, string, string];
  /** Where the three of them begin that are looked up first. */
  readonly first: 0 | 1;
  /** The words one of which has to stand there; empty if the characters are enough; none where an operator may be. */
  readonly words: readonly TriggerWord[] | undefined;
}

/** Every character of ASCII. */
export const ANY: string = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));

/** Letters by how often they occur in English texts, the most frequent first. */
export const FREQUENT = 'etaoinsrhldcumfpgwybvkxjqz';

/** A word with a trigger in it. */
export interface TriggerWord {
  readonly prefix: string;
  readonly anyCase: boolean;
  /** Where in the prefix the three characters are that are looked up first. */
  readonly offset: number;
  /** What follows the prefix, so many characters of it at least unless the text ends before. */
  readonly follows: CharSet | undefined;
  readonly least: number;
}
