import { createRedactor } from '../../../processors/redaction/index.ts';
import { fill, HOSTILE } from './corpus/hostile.ts';

const redactor = createRedactor({
  kinds: { phone: true, ip: true, mac: true, national_id: true },
  valueLength: 2_000_000,
  contentLength: 2_000_000,
});

/**
 * How many characters are looked at while a text is redacted: those read one by one, and those of
 * every piece that is cut out and searched. Unlike time it is the same on every machine.
 */
function stepsOf(text: string): number {
  const { charCodeAt, slice } = String.prototype;
  let steps = 0;
  String.prototype.charCodeAt = function (this: string, index: number) {
    steps++;
    return charCodeAt.call(this, index);
  };
  String.prototype.slice = function (this: string, ...range: [number?, number?]) {
    const piece = slice.call(this, ...range);
    steps += piece.length;
    return piece;
  };
  try {
    redactor.redactText(text);
  } finally {
    String.prototype.charCodeAt = charCodeAt;
    String.prototype.slice = slice;
  }
  return steps;
}

describe('hostile input', () => {
  it.each(Object.entries(HOSTILE))('is looked at in proportion to its length: %s', (_name, piece) => {
    const small = stepsOf(fill(piece, 2_048));
    const large = stepsOf(fill(piece, 16_384));
    // Eight times as much for eight times the length, and once more if something was found in the long one
    // alone; sixty-four times if every character were looked at from every other.
    expect(large).toBeLessThan(2 * 8 * small * 1.25 + 16_384);
    expect(large / 16_384).toBeLessThan(150);
  });

  it.each(Object.entries(HOSTILE))('of 256 KB is finished: %s', (_name, piece) => {
    expect(redactor.redactText(fill(piece, 262_144)).length).toBeLessThanOrEqual(4_000_000);
  });
});
