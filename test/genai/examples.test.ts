import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const EXAMPLES = join(__dirname, '../../examples/genai');

// They import the package by its name, as users do, so they run what `npm run build` made.
test.each<[string, string[]]>([
  ['chat.mjs', ['chat gpt-4o ', 'chat gpt-4o: 0.000060 USD']],
  ['stream.mjs', ['Hello world', 'chat gpt-4o: 0.000060 USD']],
  [
    'agent.mjs',
    [
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
  ],
  ['traced.mjs', ['2\n4\n', 'invoke_agent counter', '  double', 'ERROR']],
  ['openai.mjs', ['Hello', 'chat gpt-4o-mini', '0.000012 USD']],
  ['own-sdk.mjs', ["'gen_ai.usage.cost': 0.000015", "'gen_ai.operation.name': 'chat'"]],
  ['testing/with-node-test.mjs', ['an answer costs what it should']],
])('examples/genai/%s', async (file, expected) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(EXAMPLES, file)]);
  for (const part of expected) expect(stdout).toContain(part);
});
