/** The first `limit` code points; never half a character. */
export function firstCodePoints(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  for (let count = 0; count < limit && end < text.length; count++) {
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return end < text.length ? `${text.slice(0, end)}…` : text;
}

/** The same structure with every text within it cut to `limit` code points. */
export function truncateLeaves(value: unknown, limit: number, depth = 0): unknown {
  if (typeof value === 'string') return firstCodePoints(value, limit);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 32) return '…';
  if (Array.isArray(value)) return value.map((item) => truncateLeaves(item, limit, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      KEPT_WHOLE.has(key) ? item : truncateLeaves(item, limit, depth + 1),
    ]),
  );
}

/** Words of the format itself; cutting them would make it meaningless. */
const KEPT_WHOLE: ReadonlySet<string> = new Set(['type', 'role', 'id', 'name', 'finish_reason', 'modality']);

/** The size of a text by which a limit is meant. */
export type SizeOf = (text: string) => number;

const utf16Units: SizeOf = (text) => text.length;

/** Rounds in which the length of texts is brought nearer to the longest that fits. */
const ROUNDS = 3;

/**
 * JSON text of at most `limit`, still valid: texts inside are cut first, then entries in the middle
 * of the outermost list are left out.
 *
 * @param sizeOf what the limit counts; default: UTF-16 units
 */
export function fitJson(value: unknown, limit: number, sizeOf: SizeOf = utf16Units): string {
  const fits = (text: string): boolean => sizeOf(text) <= limit;
  const cutTo = (length: number): string => JSON.stringify(truncateLeaves(value, length)) ?? 'null';
  let text = JSON.stringify(value) ?? 'null';
  if (fits(text)) return text;
  let cap = limit * 2;
  while (!fits(text) && cap >= 32) {
    cap >>= 1;
    text = cutTo(cap);
  }
  if (!fits(text)) return Array.isArray(value) ? fewerEntries(value, text, fits) : JSON.stringify('…');
  for (let round = 0, tooLong = Math.min(cap * 2, limit); round < ROUNDS; round++) {
    const middle = (cap + tooLong) >> 1;
    const longer = cutTo(middle);
    if (fits(longer)) [cap, text] = [middle, longer];
    else tooLong = middle;
  }
  return text;
}

function fewerEntries(value: readonly unknown[], whole: string, fits: (text: string) => boolean): string {
  const list = truncateLeaves(value, 16) as unknown[];
  let text = whole;
  while (list.length > 1 && !fits(text)) {
    list.splice(list.length >> 1, Math.max(1, list.length >> 3));
    text = JSON.stringify(list);
  }
  return fits(text) ? text : '[]';
}
