import type { ActionOptions } from './actions.ts';
import type { KeyRuleOptions } from './key-rules.ts';
import type { Kind } from './kinds.ts';
import type { PatternHost, PatternRule } from './user-patterns.ts';

/** How a redactor works. Everything has a default. */
export interface RedactorOptions extends KeyRuleOptions, ActionOptions, PatternHost {
  /** Kinds switched on or off, over the defaults of {@link KINDS}. */
  readonly kinds?: Readonly<Partial<Record<Kind, boolean>>>;
  readonly placeholders?: Readonly<Partial<Record<Kind, string>>>;
  /** Regular expressions of yours, or rules around them. */
  readonly patterns?: readonly (string | PatternRule)[];
  /** A pattern for the query of URLs, as `DD_TRACE_OBFUSCATION_QUERY_STRING_REGEXP`. */
  readonly queryPattern?: string;
  /** Put `?` in the place of literals in database statements. Default false. */
  readonly sql?: boolean;
  /** Count, and change nothing. Default false. */
  readonly dryRun?: boolean;
  /** Longest value, in UTF-16 units. Default 32,768. */
  readonly valueLength?: number;
  /** Longest value of messages, statements, stack traces and other content. Default 262,144. */
  readonly contentLength?: number;
  /** Told of everything that was found. */
  readonly onFound?: (detector: string, kind: Kind | 'error') => void;
}

export const DEFAULT_VALUE_LENGTH = 32_768;
export const DEFAULT_CONTENT_LENGTH = 262_144;
