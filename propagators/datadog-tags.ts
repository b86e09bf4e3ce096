import { highTraceId, isHexId, type PropagationState } from '../src/core/index.ts';
import type { Outbound } from './outbound.ts';

/** The header limit of Datadog's tracers, DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH. */
export const MAX_TAGS_LENGTH = 512;

const PREFIX = '_dd.p.';
const TID = '_dd.p.tid';
const DECISION_MAKER = '_dd.p.dm';
const TID_START = `${TID}=`;
const DM_START = `${DECISION_MAKER}=`;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const SPACE = 0x20;

/**
 * Reads `x-datadog-tags` into the state. A header that is too long or has one bad member counts for
 * nothing, except that a bad `_dd.p.tid` is left out alone.
 *
 * @returns the high 64 bits of the trace id, undefined if they did not come
 */
export function readTags(header: string, state: PropagationState, maxLength: number): string | undefined {
  if (header.length > maxLength || !isPrintable(header)) return undefined;
  let tags: Map<string, string> | undefined;
  let tid: string | undefined;
  let decisionMaker: string | undefined;
  for (let start = 0; start <= header.length; ) {
    while (start < header.length && header.charCodeAt(start) === SPACE) start++;
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    if (header.startsWith(TID_START, start)) tid = tidOf(header.slice(start + TID_START.length, end));
    else if (header.startsWith(DM_START, start)) decisionMaker = header.slice(start + DM_START.length, end);
    else {
      const equals = header.indexOf('=', start);
      const split = equals < 0 || equals > end ? end : equals;
      const key = header.slice(start, split);
      if (!isKey(key)) return undefined;
      tags ??= new Map();
      tags.set(key, header.slice(split + 1, Math.max(end, split + 1)));
    }
    start = end + 1;
  }
  state.decisionMaker = decisionMaker;
  if (tags) state.tags = tags;
  return tid;
}

/** Sixteen hex digits, lower-cased; anything else, and all zeros, is none. */
function tidOf(value: string): string | undefined {
  if (value.length !== 16) return undefined;
  if (isHexId(value, 0, 16)) return value;
  const lower = value.toLowerCase();
  return isHexId(lower, 0, 16) ? lower : undefined;
}

/**
 * The value of `x-datadog-tags`: first `_dd.p.tid`, without which the receiver would split the
 * trace, whatever the limit says; then the decision maker; then the other tags that fit and can be
 * written. Undefined if there is nothing to say.
 */
export function writeTags(
  { traceId, decisionMaker, state }: Outbound,
  maxLength: number,
): string | undefined {
  const tid = highTraceId(traceId);
  let text = tid === undefined ? '' : `${TID}=${tid}`;
  if (decisionMaker !== undefined) text = append(text, DECISION_MAKER, decisionMaker, maxLength);
  if (state && state.tags.size > 0) {
    for (const [key, value] of state.tags) text = append(text, key, value, maxLength);
  }
  return text === '' ? undefined : text;
}

function append(text: string, key: string, value: string, maxLength: number): string {
  const longer = text === '' ? `${key}=${value}` : `${text},${key}=${value}`;
  return longer.length <= maxLength && isKey(key) && isValue(value) ? longer : text;
}

function isKey(key: string): boolean {
  return key.length > PREFIX.length && key.startsWith(PREFIX) && hasOnly(key, SPACE + 1, EQUALS);
}

function isValue(value: string): boolean {
  return hasOnly(value, SPACE, undefined);
}

/** True if every character is printable ASCII from `lowest` on, no comma and not `except`. */
function hasOnly(text: string, lowest: number, except: number | undefined): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < lowest || code > 0x7e || code === COMMA || code === except) return false;
  }
  return true;
}

/** One class, measured faster than a loop. */
const NOT_PRINTABLE = /[^\x20-\x7e]/;

/** True if every character is printable ASCII. */
export function isPrintable(text: string): boolean {
  return !NOT_PRINTABLE.test(text);
}
