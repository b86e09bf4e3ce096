/** The mark at the end of a text that was cut. */
export const CUT_MARK = '…[truncated]';

/**
 * The text, at most `limit` UTF-16 units long, cut between code points and marked, and without
 * lone surrogates, which neither protobuf nor JSON can carry.
 *
 * @param limit length including the mark; where the mark itself does not fit, it is left out
 */
export function truncateText(text: string, limit: number): string {
  if (text.length <= limit) return text.isWellFormed() ? text : text.toWellFormed();
  const mark = limit >= 2 * CUT_MARK.length ? CUT_MARK : '';
  const end = codePointBoundary(text, Math.max(0, limit - mark.length));
  return text.slice(0, end).toWellFormed() + mark;
}

/** The nearest index ≤ `index` that does not split a surrogate pair. */
export function codePointBoundary(text: string, index: number): number {
  if (index <= 0 || index >= text.length) return Math.min(Math.max(index, 0), text.length);
  const before = text.charCodeAt(index - 1);
  const after = text.charCodeAt(index);
  const splitsPair = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return splitsPair ? index - 1 : index;
}
