/** Every helper has an example, every example runs, and the code of the pages is theirs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import * as genai from '../../src/genai/index.ts';

const ROOT = join(__dirname, '../..');
const EXAMPLES = join(ROOT, 'examples/genai');

// They import the package by its name, as users do, so they run what `npm run build` made.
const RUN: Readonly<Record<string, readonly string[]>> = {
  'chat.mjs': ['chat gpt-4o ', 'chat gpt-4o: 0.000060 USD'],
  'stream.mjs': ['Hello world', 'chat gpt-4o: 0.000060 USD'],
  'agent.mjs': [
    'create_agent travel',
    'invoke_workflow book a trip',
    '  invoke_agent travel',
    '    plan travel',
    '      chat gpt-4o',
    '    execute_tool weather',
    '    search_memory',
    '    retrieval hotels',
    '  invoke_agent hotels',
    'chat gpt-4o: 0.001750 USD',
  ],
  'attributes.mjs': ['chat gpt-4o: 0.003500 USD', 'gen_ai.response.id = r1'],
  'conversation.mjs': ['gen_ai.conversation.id = conversation-42'],
  'errors.mjs': ['Error: no summary today < Error: Too many requests\n7\n', 'category = rate_limited'],
  'evaluation.mjs': ['gen_ai.evaluation.result', '"gen_ai.evaluation.score.value":0.9'],
  'generator.mjs': ['1\n2\n1\n2\n', 'invoke_agent counter', 'answer', '  execute_tool second'],
  'handover.mjs': ["[ 'triage' ]", '  invoke_agent reader', 'agent.collaborators = billing'],
  'memory.mjs': ['create_memory', 'search_memory: gen_ai.memory.record.count = 2'],
  'openai.mjs': ['Hello', 'chat gpt-4o-mini', '0.000012 USD'],
  'own-sdk.mjs': ["'gen_ai.usage.cost': 0.000015", "'gen_ai.operation.name': 'chat'"],
  'plan.mjs': ['  plan travel', '    chat gpt-4o', 'plan travel: signalbox.genai.step = 2'],
  'retrieval.mjs': ['retrieval hotels: gen_ai.request.top_k = 2'],
  'tool-selection.mjs': ['plan travel: gen_ai.tool.name = weather'],
  'tool.mjs': ['tool.retries = 1', 'tool.cached = true', 'tool.result.size = 15', 'step = 2'],
  'traced.mjs': ['It is 42.', 'double', 'describe: app.tone = dry'],
  'workflow.mjs': ['invoke_workflow book a trip', '  invoke_agent trains'],
  'testing/box.mjs': ['2 spans true'],
  'testing/simulator.mjs': ['spans of 100 traces'],
  'testing/with-node-test.mjs': ['an answer costs what it should', 'pass 1'],
};
/** Run otherwise, or used by the others. */
const DECORATORS = 'decorators/bot.mts';
const JEST = 'testing/with-jest/answer.test.cjs';
const PARTS = ['print.mjs', 'testing/answer.mjs', 'testing/with-jest/jest.config.cjs'];

async function node(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, args, { cwd: ROOT });
}

test.each(Object.entries(RUN))('examples/genai/%s', async (file, expected) => {
  const { stdout } = await node(join(EXAMPLES, file));
  for (const part of expected) expect(stdout).toContain(part);
});

test(`examples/genai/${JEST}`, async () => {
  const config = join(EXAMPLES, 'testing/with-jest/jest.config.cjs');
  const { stderr } = await node(join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', config);
  expect(stderr).toContain('✓ answers');
});

test.each([
  ['the standard', []],
  ['experimentalDecorators', ['--experimentalDecorators']],
])(
  `examples/genai/${DECORATORS}, compiled for the decorators of %s`,
  async (_, flags) => {
    // Within the package, so that it finds itself by its name.
    const directory = mkdtempSync(join(EXAMPLES, '.compiled-'));
    try {
      const options = ['--target', 'es2022', '--module', 'nodenext', '--strict', '--skipLibCheck', ...flags];
      const places = ['--ignoreConfig', '--rootDir', ROOT, '--outDir', directory];
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      await node(tsc, join(EXAMPLES, DECORATORS), ...places, ...options);
      const { stdout } = await node(join(directory, 'examples/genai/decorators/bot.mjs'));
      expect(stdout).toMatch(/^You said: HI\nanswer .*\n {2}shout /);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  60_000,
);

test('none is forgotten', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.[cm][jt]s$/.test(file) && !file.startsWith('.'),
  );
  expect(files.sort()).toEqual([...Object.keys(RUN), DECORATORS, JEST, ...PARTS].sort());
});

test('every helper is used in one', () => {
  const text = [...Object.keys(RUN), DECORATORS].map(read).join('\n');
  const helpers = Object.entries(genai).filter(([, value]) => typeof value === 'function' && !isClass(value));
  expect(helpers.length).toBeGreaterThan(20);
  expect(helpers.map(([name]) => name).filter((name) => !text.includes(name))).toEqual([]);
});

describe.each(['docs/genai.md', 'docs/testing.md'])('the code in %s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [
    ...text.matchAll(/(?:<!-- (\S+) -->\n)?```(?:[jt]s|javascript|typescript)\n([\s\S]*?)```/g),
  ];

  test('is there', () => expect(blocks.length).toBeGreaterThan(1));

  test.each(blocks.map(([, file, code]) => [file, code] as const))(
    'is that of %s, which runs',
    (file, code) => {
      const name = relative('examples/genai', file ?? 'no example is named');
      expect([...Object.keys(RUN), DECORATORS, JEST]).toContain(name);
      expect(read(name)).toContain(code);
    },
  );
});

function read(file: string): string {
  return readFileSync(join(EXAMPLES, file), 'utf8');
}

/** Classes are what helpers hand over, and no helpers. */
function isClass(value: unknown): boolean {
  return /^class\b/.test(String(value)) || String((value as { name: string }).name).match(/^[A-Z]/) !== null;
}
