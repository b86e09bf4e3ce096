/**
 * The text rules that the Datadog Agent applies to what it receives. Applied here already, so that
 * what is sent is what is shown.
 * Source: Datadog Agent, `pkg/trace/traceutil/normalize`.
 */

/** Source: Datadog Agent, limits of the normaliser and the truncator. */
export const LIMITS = {
  name: 100,
  service: 100,
  type: 100,
  tag: 200,
  resource: 5_000,
  metaKey: 200,
  metaValue: 25_000,
  metricKey: 200,
} as const;

/**
 * A tag value: lower case; letters, digits and `_-:./` stay, runs of anything else become one `_`,
 * a trailing `_` goes; made of the first 200 characters, and of no more than fit into 400 bytes.
 */
export function normaliseTagValue(value: string): string {
  if (isNormal(value)) return value;
  return tagBeginning(value)
    .replace(/\p{Lu}/gu, lowerCase)
    .replace(/[^\p{L}\p{Nd}\-:./]+/gu, '_')
    .replace(/_$/, '');
}

/** The characters that the Agent looks at; the one that reaches its limit of bytes is the last. */
function tagBeginning(value: string): string {
  let characters = 0;
  let bytes = 0;
  let end = 0;
  for (const character of value) {
    if (characters >= LIMITS.tag || bytes >= 2 * LIMITS.tag) break;
    characters++;
    bytes += Buffer.byteLength(character);
    end += character.length;
  }
  return value.slice(0, end);
}

/** The Agent changes letters in place, and so only to one as wide. */
function lowerCase(letter: string): string {
  const lower = letter.toLowerCase();
  return Buffer.byteLength(lower) === Buffer.byteLength(letter) ? lower : letter;
}

/** True for what {@link normaliseTagValue} would not change; the common case, without a regex. */
function isNormal(value: string): boolean {
  if (value.length > LIMITS.tag) return false;
  let underscore = false;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    const plain = (code >= 0x61 && code <= 0x7a) || (code >= 0x2d && code <= 0x3a);
    if (!plain && (code !== 0x5f || underscore)) return false;
    underscore = code === 0x5f;
  }
  return !underscore;
}

/** The service that a call goes to: the same rules, but empty without a valid character. */
export function normalisePeerService(service: string): string {
  return normaliseTagValue(cutBytes(service, LIMITS.service));
}

/** A service name: at most 100 bytes, a tag value; without a valid character `unnamed-service`. */
export function normaliseService(service: string): string {
  return normalisePeerService(service) || 'unnamed-service';
}

/** What the Agent leaves alone: also a `_` behind a dot, which it takes out of a name that it mends. */
const GOOD_OPERATION = /^[A-Za-z](?:[A-Za-z0-9]|(?<!_)[._])*$/;

/**
 * An operation name: from the first letter on, `[A-Za-z0-9_.]`, no `__`, no `_` beside a `.`; at
 * most 100 bytes; `unnamed_operation` if nothing is left.
 */
export function normaliseOperation(name: string): string {
  const beginning = cutBytes(name, LIMITS.name).replace(/^[^A-Za-z]+/, '');
  if (GOOD_OPERATION.test(beginning)) return beginning.replace(/_$/, '');
  const cleaned = beginning
    .replace(/[^A-Za-z0-9.]+/g, '_')
    .replace(/_?\._?/g, '.')
    .replace(/_+$/, '');
  return cleaned || 'unnamed_operation';
}

/** The longest beginning of at most `bytes` bytes of UTF-8 that cuts no character. */
export function cutBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const cut = Buffer.from(text.slice(0, bytes));
  let end = Math.min(bytes, cut.length);
  // 0b10xxxxxx: in the middle of a character.
  while (end > 0 && ((cut[end] ?? 0) & 0xc0) === 0x80) end--;
  return cut.toString('utf8', 0, end);
}

/** At most `length` characters, then `...`, as dd-trace marks what it cut. */
export function cutWithMark(text: string, length: number): string {
  if (text.length <= length) return text;
  const code = text.charCodeAt(length - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
  return `${text.slice(0, end)}...`;
}

/** Remembers results of a pure function on strings; forgets all when it holds `limit`. */
export function memoised<Result>(compute: (text: string) => Result, limit = 1_000): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    let result = results.get(text);
    if (result === undefined) {
      if (results.size >= limit) results.clear();
      result = compute(text);
      results.set(text, result);
    }
    return result;
  };
}

/** The same for two texts. */
export function memoisedPair(
  compute: (first: string, second: string) => string,
  limit = 1_000,
): (first: string, second: string) => string {
  const byFirst = new Map<string, Map<string, string>>();
  let size = 0;
  return (first, second) => {
    let bySecond = byFirst.get(first);
    let result = bySecond?.get(second);
    if (result !== undefined) return result;
    if (size >= limit) {
      byFirst.clear();
      bySecond = undefined;
      size = 0;
    }
    if (!bySecond) {
      bySecond = new Map();
      byFirst.set(first, bySecond);
    }
    result = compute(first, second);
    bySecond.set(second, result);
    size++;
    return result;
  };
}
