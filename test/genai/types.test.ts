/** What the compiler lets users of the built package write, and what it stops: line by line. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/run-app.ts';

/** A program of a user. The compiler must complain about the lines marked `✗`, and about no other. */
const PROGRAM = `
import { trace } from '@opentelemetry/api';
import { genAiAttributes, setIf, traceAgent, traceChat, traced, traceStream, traceTool } from 'signalbox/genai';

const span = trace.getTracer('x').startSpan('x');
span.setAttributes(genAiAttributes({ 'gen_ai.usage.input_tokens': 3, 'gen_ai.response.finish_reasons': ['stop'] }));
genAiAttributes({ 'gen_ai.usage.input_tokens': undefined, 'gen_ai.request.stream': true });
genAiAttributes({ 'gen_ai.usage.input_tokens': '3' }); // ✗
genAiAttributes({ 'gen_ai.response.finish_reasons': 'stop' }); // ✗
genAiAttributes({ 'gen_ai.request.stream': 'yes' }); // ✗
genAiAttributes({ 'gen_ai.usage.imput_tokens': 3 }); // ✗
setIf(span, 'gen_ai.usage.output_tokens', undefined);
setIf(span, 'gen_ai.usage.output_tokens', 'many'); // ✗
setIf(span, 'no.such.name', 1); // ✗

const promised: Promise<string> = traceChat({ provider: 'openai', model: 'm' }, async () => 'text');
const plain: number = traceChat({ provider: 'openai', model: 'm' }, () => 1);
const wrong: string = traceChat({ provider: 'openai', model: 'm' }, () => 1); // ✗
traceChat({ provider: 'openai' }, () => 1); // ✗
traceChat({ provider: 'openai', model: 'm', operation: 'rerank' }, () => 1);
traceChat({ provider: 'openai', model: 'm', operation: 1 }, () => 1); // ✗
traceChat({ provider: 'openai', model: 'm' }, (call) => call.response({ usage: { input: 1 } }));
traceChat({ provider: 'openai', model: 'm' }, (call) => call.response({ usage: { input: '1' } })); // ✗

async function* chunks() {
  yield { text: 'a', tokens: 1 };
}
for await (const chunk of traceStream({ provider: 'openai', model: 'm' }, chunks)) {
  const text: string = chunk.text;
  const tokens: string = chunk.tokens; // ✗
}
traceStream({ provider: 'openai', model: 'm' }, chunks(), { onChunk: (chunk, call) => call.usage({ output: chunk.tokens }) });
traceStream({ provider: 'openai', model: 'm' }, chunks(), { onChunk: (chunk) => chunk.nothing }); // ✗
traceStream({ provider: 'openai', model: 'm' }, 42); // ✗

const tool: Promise<number> = traceTool({ name: 'weather', arguments: { city: 'Rome' } }, async () => 20);
traceTool({ arguments: {} }, async () => 20); // ✗
const agent: string = traceAgent({ name: 'travel' }, () => 'done');

const add = traced('add', (a: number, b: number) => a + b);
const sum: number = add(1, 2);
add('1', 2); // ✗
class Bot {
  @traced('answer')
  async answer(question: string): Promise<string> {
    return question;
  }
  @traced()
  shout(text: string): string {
    return text;
  }
}
const answer: Promise<string> = new Bot().answer('hi');
new Bot().answer(1); // ✗
`;

test.each([
  ['the standard', []],
  ['experimentalDecorators', ['--experimentalDecorators']],
])(
  'types of the helpers, with decorators of %s',
  (_which, flags) => {
    // Within the package, so that it finds itself by its name.
    const directory = mkdtempSync(join(ROOT, 'test/genai/.types-'));
    try {
      const file = join(directory, 'program.mts');
      writeFileSync(file, PROGRAM);
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'nodenext',
        '--types',
        'node',
      ];
      const { stdout } = spawnSync(process.execPath, [tsc, '--ignoreConfig', ...options, ...flags, file], {
        encoding: 'utf8',
      });
      const complaints = [...stdout.matchAll(/program\.mts\((\d+),\d+\): error/g)].map(([, line]) =>
        Number(line),
      );
      const marked = PROGRAM.split('\n').flatMap((line, index) => (line.includes('✗') ? [index + 1] : []));
      expect({ lines: [...new Set(complaints)], stdout }).toEqual({ lines: marked, stdout });
      // Nothing else is wrong, such as the declarations of the package themselves.
      expect(stdout.match(/^\S.*error TS/gm)?.filter((line) => !line.includes('program.mts'))).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  60_000,
);
