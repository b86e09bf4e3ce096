import { isDigit } from './chars.ts';

/** `%40`, `%3D`, `%3A` and `\\u0040` stand for characters that may begin a match. */
export function isEscapedOperator(code: number, second: number, third: number): boolean {
  if (code === 37)
    return (second === 52 && third === 48) || (second === 51 && (third | 32) >= 97 && (third | 32) <= 100);
  return second === 117 && third === 48;
}

/** An escape is stepped over whole, so that what follows it begins a word. */
export function escapeWidth(code: number, second: number, third: number): number {
  if (code === 37) return isHex(second) && isHex(third) ? 3 : 1;
  if (second === 117) return 6;
  return second === 92 ? 1 : 2;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}
