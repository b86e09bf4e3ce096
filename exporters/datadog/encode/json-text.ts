import type { ByteWriter } from '../../bytes/index.ts';

/** Longer texts are left to `JSON.stringify`. */
const LOOP_LIMIT = 64;

/** 10 to the power of the index. */
const POWERS = Array.from({ length: 17 }, (_, exponent) => 10 ** exponent);

/** The digits of 000 to 999. */
const DIGITS = Uint8Array.from({ length: 3_000 }, (_, at) => {
  const power = [100, 10, 1][at % 3] as number;
  return 0x30 + (Math.floor(Math.floor(at / 3) / power) % 10);
});

/** 1 for each character code that a JSON string has as it is, in one byte. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  code < 0x20 || code === 0x22 || code === 0x5c || code === 0x7f ? 0 : 1,
);

/** A JSON string; short plain ones are copied as they are. */
export function writeJsonString(writer: ByteWriter, text: string): void {
  const { length } = text;
  if (length > LOOP_LIMIT) {
    writer.text(JSON.stringify(text));
    return;
  }
  const buffer = writer.room(length + 2);
  let at = writer.position;
  buffer[at++] = 0x22;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127 || PLAIN[code] === 0) {
      writer.text(JSON.stringify(text));
      return;
    }
    buffer[at++] = code;
  }
  buffer[at++] = 0x22;
  writer.position = at;
}

/** A non-negative integer below 2^53 in at least `width` (up to 16) decimal digits. */
export function writeDecimal(writer: ByteWriter, value: number, width: number): void {
  const buffer = writer.room(20);
  let digits = width;
  for (let limit = POWERS[width] as number; value >= limit; limit *= 10) digits++;
  const { position } = writer;
  let at = position + digits;
  let rest = value;
  for (; at - position >= 3; at -= 3) {
    const next = rest < 2 ** 31 ? (rest / 1_000) | 0 : Math.floor(rest / 1_000);
    const group = (rest - next * 1_000) * 3;
    buffer[at - 3] = DIGITS[group] as number;
    buffer[at - 2] = DIGITS[group + 1] as number;
    buffer[at - 1] = DIGITS[group + 2] as number;
    rest = next;
  }
  if (at - position === 2) {
    buffer[position] = DIGITS[rest * 3 + 1] as number;
    buffer[position + 1] = DIGITS[rest * 3 + 2] as number;
  } else if (at > position) buffer[position] = DIGITS[rest * 3 + 2] as number;
  writer.position = position + digits;
}
