/** Value of each hex digit by its character code. */
const DIGIT = new Uint8Array(128);
for (let value = 0; value < 16; value++) {
  DIGIT[value.toString(16).charCodeAt(0)] = value;
  DIGIT[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** The value of a hex digit by its character code; 0 for most other characters. */
export function hexDigit(code: number): number {
  return DIGIT[code & 127] as number;
}

/** Eight hex digits as a 32-bit integer. */
export function hex32(text: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at++) value = (value << 4) | hexDigit(text.charCodeAt(at));
  return value;
}
