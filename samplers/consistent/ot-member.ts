/** The `ot` member of trace state: random value, threshold, and whatever else is in it. */
export interface OtMember {
  readonly rv?: string;
  readonly th?: string;
  /** Other fields, verbatim and in order. */
  readonly extra: readonly string[];
}

/** Limit of the member's value (OpenTelemetry, "TraceState handling"). */
const LONGEST = 256;

/**
 * Reads the member. A malformed `rv` or `th` is left out and the rest is kept, so that one bad
 * field of another service does not cost the trace its random value.
 */
export function parseOt(value: string): OtMember {
  const member: { rv?: string; th?: string; extra: string[] } = { extra: [] };
  if (value.length > LONGEST) return member;
  for (const field of value.split(';')) {
    if (field.startsWith('rv:')) {
      const rv = field.slice(3);
      if (rv.length === 14 && isHex(rv, 0, rv.length)) member.rv = rv;
    } else if (field.startsWith('th:')) {
      const th = field.slice(3);
      if (th.length >= 1 && th.length <= 14 && isHex(th, 0, th.length)) member.th = trimZeros(th);
    } else if (/^[a-z][a-z0-9]*(:[0-9A-Za-z._-]*)?$/.test(field)) {
      member.extra.push(field);
    }
  }
  return member;
}

/** Writes the member; empty if there is nothing to say. */
export function formatOt({ rv, th, extra }: OtMember): string {
  const fields = [...extra];
  if (th !== undefined) fields.unshift(`th:${th}`);
  if (rv !== undefined) fields.unshift(`rv:${rv}`);
  return fields.join(';');
}

/**
 * True for the two forms nearly every sender writes, `rv:<14>;th:<n>` and `th:<n>[;rv:<14>]`,
 * well-formed and shortest; they need no parsing to be handed on.
 */
export function isPlainOt(value: string): boolean {
  const rvFirst = value.startsWith('rv:');
  if (rvFirst && (value.length < 22 || !value.startsWith(';th:', 17) || !isHex(value, 3, 17))) return false;
  if (!rvFirst && !value.startsWith('th:')) return false;
  const from = rvFirst ? 21 : 3;
  let end = value.length;
  if (!rvFirst && value.length > 21 && value.startsWith(';rv:', value.length - 18)) {
    end = value.length - 18;
    if (!isHex(value, end + 4, value.length)) return false;
  }
  const digits = end - from;
  return digits >= 1 && digits <= 14 && isHex(value, from, end) && (digits === 1 || value[end - 1] !== '0');
}

function isHex(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if ((code < 48 || code > 57) && (code < 97 || code > 102)) return false;
  }
  return true;
}

function trimZeros(th: string): string {
  let end = th.length;
  while (end > 1 && th.charCodeAt(end - 1) === 48) end--;
  return th.slice(0, end);
}

/**
 * The threshold after another probability stage (OpenTelemetry: a threshold may be raised, never
 * lowered).
 *
 * @returns the higher one, and whether the wanted one was lower than what is there
 */
export function raiseThreshold(
  current: string | undefined,
  wanted: string,
): { th: string; inconsistent: boolean } {
  if (current === undefined) return { th: wanted, inconsistent: false };
  const lower = wanted.padEnd(14, '0') < current.padEnd(14, '0');
  return { th: lower ? current : wanted, inconsistent: lower };
}
