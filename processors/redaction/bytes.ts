/** Shorter texts are copied here, since the call to copy them would take longer. */
const COPY_FROM = 30;
/** Room behind a text for the pairs that reach beyond its end: those looked at in vain, too. */
const MARGIN = 16;

/** A text as bytes, and the same memory as pairs of them. */
export class Bytes {
  readonly pairs: Uint16Array;
  readonly bytes: Buffer;

  constructor(size: number) {
    const memory = new ArrayBuffer(((size + 1) & ~1) + MARGIN);
    this.bytes = Buffer.from(memory);
    this.pairs = new Uint16Array(memory);
  }

  write(text: string): void {
    const { bytes } = this;
    const { length } = text;
    if (length < COPY_FROM)
      for (let index = 0; index < length; index++) bytes[index] = text.charCodeAt(index);
    else bytes.write(text, 0, length, 'latin1');
    for (let index = length; index < length + 4; index++) bytes[index] = 0;
  }
}
