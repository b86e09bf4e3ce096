import type { Environment } from './reader.ts';

/** A text after substitution, and what could not be substituted. */
export interface Substituted {
  readonly text: string;
  /** Names without a value and without a default; replaced by nothing. */
  readonly missing: readonly string[];
  /** True if there is a `${` that begins no reference. */
  readonly malformed: boolean;
}

const REFERENCE = /\$\$|\$\{(?:(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}\n]*))?\})?/g;

/**
 * Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}`, and `$$` by a dollar sign. An empty
 * variable counts as not set. What was put in is not looked at again.
 */
export function substitute(text: string, env: Environment): Substituted {
  const missing: string[] = [];
  let malformed = false;
  const replaced = text.replace(
    REFERENCE,
    (match, name: string | undefined, fallback: string | undefined) => {
      if (match === '$$') return '$';
      if (name === undefined) {
        malformed = true;
        return match;
      }
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined && value !== '') return value;
      if (fallback === undefined) missing.push(name);
      return fallback ?? '';
    },
  );
  return { text: replaced, missing, malformed };
}
