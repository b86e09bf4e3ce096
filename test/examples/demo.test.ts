/** `npm run demo`: what it promises on a fresh clone, and that it notices when something is missing. */
import { join } from 'node:path';
import { ROOT, runApp } from '../support/run-app.ts';

const DEMO = join(ROOT, 'examples/demo/demo.mjs');
const plain = { loader: 'none', timeout: 30_000 } as const;

test('every span arrives over every protocol and at Datadog, and the table says so', async () => {
  const { code, stdout, stderr } = await runApp({ app: DEMO, ...plain }).exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const rows = stdout.split('\n').filter((line) => /^ +(grpc|http\/\w+|both: \w+) +\d/.test(line));
  expect(rows.map((row) => row.trim().split(/ {2,}/).slice(0, 5))).toEqual([
    ['grpc', '16', '16', '✔ right', '10 of 10'],
    ['http/protobuf', '16', '16', '✔ right', '10 of 10'],
    ['http/json', '16', '16', '✔ right', '10 of 10'],
    ['both: otlp', '16', '16', '✔ right', '10 of 10'],
    ['both: datadog', '16', '16', '✔ right', '7 linked'],
  ]);
  expect(stdout).not.toContain('\u001b[');
  expect(stdout).toMatch(
    / └ planner POST client +└ planner +http\.client\.request +POST +http +429 Too Many Requests\n/,
  );
  // The agent's run, in the words of both backends.
  expect(stdout).toMatch(
    / ├ chat gpt-4o-mini +30 → 12 +\$0\.00001095 +├ chat gpt-4o-mini +client\.request +llm +30 → 12 +\$0\.00001095\n/,
  );
  expect(stdout).toMatch(/ ├ execute_tool weather +├ execute_tool weather +internal +llm\n/);
});

test.each([
  ['is right', 'none', []],
  ['with another cost', 'otlp-cost', [expect.stringContaining('trace at OTLP is')]],
  ['with a span less', 'datadog-lose', [expect.stringContaining('trace at Datadog is')]],
  ['with a tool elsewhere', 'datadog-move', [expect.stringContaining('trace at Datadog is')]],
])('the run of an agent %s', async (_, fault, problems) => {
  const app = join(import.meta.dirname, 'fixtures/faulty-agent.mjs');
  const { stdout } = await runApp({ app, args: [fault], ...plain }).exit;
  expect(JSON.parse(stdout)).toEqual(problems);
});

test.each([
  ['not in a pipe', {}, false],
  ['with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
  ['not with NO_COLOR', { NO_COLOR: '1' }, false],
])('colours: %s', async (_, env, coloured) => {
  const app = join(import.meta.dirname, 'fixtures/print-title.mjs');
  const { stdout } = await runApp({ app, env, ...plain }).exit;
  expect(stdout).toContain('signalbox');
  expect(stdout.includes('\u001b[')).toBe(coloured);
});

test.each([
  ['a backend that refuses spans', 'refuse', '0 traces, not 3'],
  ['a backend that loses a span', 'lose', 'and not'],
  ['a span with the wrong parent', 'move', 'The trace of /trips/Lisbon is'],
  ['a Datadog Agent that loses a trace', 'datadog-lose', 'both: datadog has other spans than both: otlp'],
  ['a Datadog Agent that is told another resource', 'datadog-rename', 'The trace of /trips/Lisbon is'],
])('%s is noticed', async (_, fault, message) => {
  const app = join(import.meta.dirname, 'fixtures/faulty-demo.mjs');
  const { stdout } = await runApp({ app, args: [fault], ...plain }).exit;
  expect(JSON.parse(stdout).join('\n')).toContain(message);
});
