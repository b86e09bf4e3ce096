import { RuleSyntaxError } from './syntax-error.ts';

const STOPS = ' \t\r\n;{}';

/** Reads a rule text from left to right. */
export class Scanner {
  at = 0;

  constructor(readonly text: string) {}

  /** True at the end of a rule: a semicolon, a line end or the end of the text. */
  atRuleEnd(): boolean {
    const next = this.text[this.at];
    return next === undefined || next === ';' || next === '\n';
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text[this.at] ?? '';
  }

  /** Skips blanks, but not line ends. */
  skipBlanks(): void {
    while (this.at < this.text.length && ' \t\r'.includes(this.peek())) this.at++;
  }

  /** Skips to the end of the rule, over quoted parts. */
  skipRule(): void {
    while (!this.atRuleEnd()) {
      if (this.peek() === '"') {
        const close = this.closingQuote();
        if (close > 0) this.at = close;
      }
      this.at++;
    }
  }

  /** Takes the given text if it comes next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** A word that ends before a blank, a rule end, a brace or one of `more`. */
  word(more = ''): string {
    const start = this.at;
    while (!this.atEnd() && !STOPS.includes(this.peek()) && !more.includes(this.peek())) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A text in double quotes; `\"` is a quote and, unless `raw`, `\\` a backslash. */
  quoted(raw = false): string {
    const start = this.at;
    const close = this.closingQuote();
    if (close < 0) throw this.error('the closing quote is missing', start);
    this.at = close + 1;
    const inner = this.text.slice(start + 1, close).replaceAll('\\"', '"');
    return raw ? inner : inner.replaceAll('\\\\', '\\');
  }

  error(reason: string, offset = this.at): RuleSyntaxError {
    return new RuleSyntaxError(reason, this.text, offset);
  }

  private closingQuote(): number {
    for (let index = this.at + 1; index < this.text.length; index++) {
      if (this.text[index] === '\\') index++;
      else if (this.text[index] === '"') return index;
      else if (this.text[index] === '\n') return -1;
    }
    return -1;
  }
}
