/** A mistake in a rule text, with the place where it is. */
export class RuleSyntaxError extends Error {
  override readonly name = 'RuleSyntaxError';

  /**
   * @param reason what is wrong, without the place
   * @param text the whole rule text
   * @param offset index of the character that is wrong
   */
  constructor(
    readonly reason: string,
    readonly text: string,
    readonly offset: number,
  ) {
    super(`${reason} (${place(text, offset)})`);
  }

  /** The line of the mistake with a mark under the character, for a terminal. */
  pointer(): string {
    const start = this.text.lastIndexOf('\n', this.offset - 1) + 1;
    const end = this.text.indexOf('\n', this.offset);
    const line = this.text.slice(start, end < 0 ? undefined : end);
    return `${line}\n${' '.repeat(this.offset - start)}^ ${this.reason}`;
  }
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return before.length > 1 ? `line ${before.length}, character ${column}` : `character ${column}`;
}
