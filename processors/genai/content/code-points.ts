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
