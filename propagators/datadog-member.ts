import type { PropagationState } from '../src/core/index.ts';
import type { Outbound } from './outbound.ts';

/** The longest value of the `dd` member; dd-trace keeps to it too. */
const MAX_LENGTH = 256;
const PREFIX = '_dd.p.';
const KEY_PRIORITY = 's'.charCodeAt(0);
const KEY_ORIGIN = 'o'.charCodeAt(0);
const KEY_PARENT = 'p'.charCodeAt(0);
/** Never dropped to save room: the decision maker and AppSec's trace source. */
const KEPT_TAG = '_dd.p.ts';

/**
 * Reads the `dd` member of a tracestate into the state.
 * `s` counts only if it agrees in sign with the sampled flag; else the flag decides, and the
 * decision maker, who decided otherwise, is reset.
 * Source: Datadog system tests, tracestate `dd` member.
 */
export function readMember(value: string, state: PropagationState, sampled: boolean): void {
  let priority: number | undefined;
  let decisionMaker: string | undefined;
  let tags: Map<string, string> | undefined;
  for (let start = 0; start < value.length; ) {
    const semicolon = value.indexOf(';', start);
    const end = semicolon < 0 ? value.length : semicolon;
    const colon = value.indexOf(':', start);
    if (colon > start && colon < end) {
      const text = value.slice(colon + 1, end);
      // Keys are compared where they stand: making a string of each would cost more than the rest.
      if (colon === start + 1) {
        const key = value.charCodeAt(start);
        if (key === KEY_PRIORITY) priority = integerOf(text);
        else if (key === KEY_ORIGIN) state.origin = decode(text);
        else if (key === KEY_PARENT) state.lastParentId = text;
      } else if (value.startsWith('t.dm:', start)) decisionMaker = repairDecisionMaker(text);
      else if (value.startsWith('t.', start) && !value.startsWith('t.tid:', start)) {
        tags ??= new Map();
        tags.set(PREFIX + value.slice(start + 2, colon), decode(text));
      }
    }
    start = end + 1;
  }
  if (tags) state.tags = tags;
  decideFrom(state, sampled, priority, decisionMaker);
}

function decideFrom(
  state: PropagationState,
  sampled: boolean,
  priority: number | undefined,
  decisionMaker: string | undefined,
): void {
  const agrees = priority !== undefined && priority > 0 === sampled;
  state.priority = agrees ? priority : Number(sampled);
  if (!sampled) state.decisionMaker = undefined;
  else state.decisionMaker = priority !== undefined && !agrees ? '-0' : decisionMaker;
}

/** The value of the `dd` member, undefined if there is nothing to say or no way to say it. */
export function writeMember(outbound: Outbound): string | undefined {
  const { priority, decisionMaker, lastParentId, state } = outbound;
  let text = priority === undefined ? '' : `s:${priority}`;
  if (state?.origin) text += `;o:${encode(state.origin)}`;
  if (decisionMaker !== undefined) text += `;t.dm:${encode(decisionMaker)}`;
  const parent = lastParentId === undefined ? '' : `;p:${lastParentId}`;
  const room = MAX_LENGTH - parent.length + (text === '' ? 1 : 0);
  if (state && state.tags.size > 0) text = appendTags(text, state.tags, room);
  const whole = trim(text + parent);
  return whole.length === 0 || whole.length > MAX_LENGTH ? undefined : whole;
}

/** First the tag that is never dropped, then the others in order, each if it fits. */
function appendTags(text: string, tags: ReadonlyMap<string, string>, room: number): string {
  let result = text;
  const kept = tags.get(KEPT_TAG);
  if (kept) result += `;t.ts:${encode(kept)}`;
  for (const [key, value] of tags) {
    if (value === '' || key === KEPT_TAG || !key.startsWith(PREFIX)) continue;
    const pair = `;t.${encodeKey(key.slice(PREFIX.length))}:${encode(value)}`;
    if (result.length + pair.length <= room) result += pair;
  }
  return result;
}

/** Without the separator in front, and without a blank at the end, which no tracestate value may have. */
function trim(text: string): string {
  const start = text.startsWith(';') ? 1 : 0;
  let end = text.length;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function integerOf(text: string): number | undefined {
  if (text.length === 1) {
    const digit = text.charCodeAt(0) - 0x30;
    return digit >= 0 && digit <= 9 ? digit : undefined;
  }
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Some tracers wrote `4` for `-4`. */
function repairDecisionMaker(text: string): string {
  return text.charCodeAt(0) !== 0x2d && /^\d+$/.test(text) ? `-${text}` : text;
}

function decode(text: string): string {
  return text.includes('~') ? text.replaceAll('~', '=') : text;
}

/** What a value may hold as it is: printable ASCII without `,` `;` `=` `~`. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7d || code === 0x2c || code === 0x3b || code === 0x3d) return false;
  }
  return true;
}

function encode(text: string): string {
  return isPlain(text) ? text : text.replace(/[^\x20-\x2b\x2d-\x3a\x3c-\x7d]/g, '_').replaceAll('=', '~');
}

/** A key has no blank, `:` or `=` either. */
function encodeKey(text: string): string {
  return text.replace(/[^\x21-\x2b\x2d-\x39\x3c\x3e-\x7d]/g, '_');
}
