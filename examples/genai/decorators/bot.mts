/** Compiles with the decorators of TypeScript 5 and with `experimentalDecorators`, and does the same. */
import { traced } from 'signalbox/genai';
import { createTestBox, formatSpans } from 'signalbox/testing';

class Bot {
  constructor(private readonly greeting: string) {}

  @traced('answer')
  async answer(question: string): Promise<string> {
    return `${this.greeting} ${this.shout(question)}`;
  }

  @traced()
  shout(text: string): string {
    return text.toUpperCase();
  }
}

const box = createTestBox();
console.log(await new Bot('You said:').answer('hi'));
console.log(formatSpans(box.spans()));
await box.dispose();
