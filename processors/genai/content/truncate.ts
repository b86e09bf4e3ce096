/** The first `limit` code points; never half a character. */
export function truncateText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  for (let count = 0; count < limit && end < text.length; count++) {
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  }
  return end < text.length ? `${text.slice(0, end)}…` : text;
}

/** How many code points a text has. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.codePointAt(index) as number) > 0xffff) {
      count--;
      index++;
    }
  }
  return count;
}

/** The same structure with every text within it cut to `limit` code points. */
export function truncateLeaves(value: unknown, limit: number, depth = 0): unknown {
  if (typeof value === 'string') return truncateText(value, limit);
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

/**
 * JSON text of at most `limit` UTF-16 units, still valid: texts inside are cut first, then entries
 * in the middle of the outermost list are left out.
 */
export function fitJson(value: unknown, limit: number): string {
  let text = JSON.stringify(value) ?? 'null';
  for (let cap = limit; text.length > limit && cap >= 16; cap >>= 1) {
    text = JSON.stringify(truncateLeaves(value, cap)) ?? 'null';
  }
  if (text.length <= limit) return text;
  if (!Array.isArray(value)) return JSON.stringify('…');
  const list = truncateLeaves(value, 16) as unknown[];
  while (list.length > 1 && text.length > limit) {
    list.splice(list.length >> 1, Math.max(1, list.length >> 3));
    text = JSON.stringify(list);
  }
  return text.length <= limit ? text : '[]';
}
