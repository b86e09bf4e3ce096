import { createHmac } from 'node:crypto';
import { firstCodePoints, fitJson, truncateLeaves } from '../../../src/core/index.ts';
import { ATTR } from '../../../src/genai/conventions/index.ts';
import type { Draft } from '../dialects/index.ts';
import { contentSide, type Side } from './classify.ts';
import { codePoints } from './code-points.ts';
import { errorForm, errorText } from './error-text.ts';
import type { ContentMode, ContentPolicy } from './policy.ts';
import { withoutArguments, withoutCompletions } from './withhold.ts';

/** Where attributes are on their way to. */
export type Carrier = 'span' | 'log';

/**
 * The attributes of GenAI telemetry without the content among them, or with less of it. A new object:
 * one that attributes were deleted from is slow for everybody who reads it afterwards.
 */
export function applyContentPolicy(draft: Draft, policy: ContentPolicy, carrier: Carrier): Draft {
  const message = draft['exception.message'] ?? draft['error.message'];
  const kept: Draft = {};
  const added: Draft = {};
  for (const key in draft) {
    const value = draft[key];
    const form = errorForm(key);
    if (form) {
      const allowed = errorText(form, value, {
        mode: errorMode(policy, carrier),
        message,
        length: policy.previewLength,
      });
      if (allowed !== undefined) kept[key] = allowed;
      continue;
    }
    const side = contentSide(key, value);
    if (side === undefined) {
      kept[key] = value;
      continue;
    }
    const mode = modeFor(side, policy, carrier);
    if (policy.hashKey && value != null) added[`${ownName(key)}.hash`] = hash(value, policy.hashKey);
    if (mode !== 'off') kept[key] = shorten(key, value, mode, policy, added);
  }
  return Object.assign(kept, added);
}

/** The mode that holds for a side; content of both sides needs both to be allowed. */
export function modeFor(side: Side, policy: ContentPolicy, carrier: Carrier): ContentMode {
  if (carrier === 'span' ? !policy.spans : !policy.logs) return 'off';
  if (side !== 'both') return policy[side];
  if (policy.prompts === 'off' || policy.completions === 'off') return 'off';
  return policy.prompts === 'full' ? policy.completions : policy.prompts;
}

/** The mode that holds for the words of errors. */
export function errorMode(policy: ContentPolicy, carrier: Carrier): ContentMode {
  return policy.errorMessages ? 'full' : modeFor('both', policy, carrier);
}

function shorten(
  key: string,
  value: unknown,
  mode: ContentMode,
  policy: ContentPolicy,
  added: Draft,
): unknown {
  const isText = typeof value === 'string';
  // What is passed on whole need not be understood; of the two limits on text the shorter one is met.
  if (mode === 'full' && isText && value.length <= policy.limit >> 1 && isWhole(key, policy)) return value;
  const parsed = parse(value);
  const allowed = ofOneSide(key, parsed, policy);
  if (mode === 'preview') {
    added[`${ownName(key)}.length`] = codePoints(isText ? value : toJson(value));
  }
  const length = mode === 'preview' ? policy.previewLength : Number.POSITIVE_INFINITY;
  if (typeof allowed === 'string') return firstCodePoints(allowed, Math.min(length, policy.limit >> 1));
  return fitJson(mode === 'preview' ? truncateLeaves(allowed, length) : allowed, policy.limit);
}

/** True if nothing that a message quotes from the other side has to be taken out of it. */
function isWhole(key: string, { prompts, completions }: ContentPolicy): boolean {
  if (key === ATTR.inputMessages) return completions !== 'off';
  return key !== ATTR.outputMessages || prompts !== 'off';
}

/** Prompts quote completions, and completions quote prompts; a side that is withheld is so there too. */
function ofOneSide(key: string, value: unknown, policy: ContentPolicy): unknown {
  if (isWhole(key, policy)) return value;
  return key === ATTR.inputMessages ? withoutCompletions(value) : withoutArguments(value);
}

/** `gen_ai.input.messages` to `signalbox.genai.input.messages`. */
function ownName(key: string): string {
  return `signalbox.genai.${key.replace(/^gen_ai\./, '')}`;
}

/**
 * HMAC-SHA256, its first 16 hex digits: finds equal texts again, and tells a guesser without the
 * key nothing.
 */
function hash(value: unknown, key: string): string {
  const text = typeof value === 'string' ? value : toJson(value);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}

function parse(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** JSON of anything, cycles and big integers included. */
export function toJson(value: unknown): string {
  const seen = new WeakSet<object>();
  try {
    const text = JSON.stringify(value, (_key, item: unknown) => {
      if (typeof item === 'bigint') return item.toString();
      if (typeof item !== 'object' || item === null) return item;
      if (seen.has(item)) return '[seen]';
      seen.add(item);
      return item;
    });
    return text ?? 'null';
  } catch {
    return '"[unserialisable]"';
  }
}
