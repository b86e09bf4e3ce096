/** Text of others as part of a line: without control characters, which could forge another line or colour a terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
