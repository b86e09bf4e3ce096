import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConfigFile, readPlugins } from '../../src/config/index.ts';
import { formatProblem, type Problem } from '../../src/core/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(path: string | undefined) {
  const problems: Problem[] = [];
  const file = openConfigFile({ SIGNALBOX_CONFIG_FILE: path }, (problem) => void problems.push(problem));
  return { file, lines: problems.map(formatProblem) };
}

test('no file is named', () => {
  expect(open(undefined)).toEqual({ file: undefined, lines: [] });
  expect(open('')).toEqual({ file: undefined, lines: [] });
});

test('the file is opened under the name the user wrote', () => {
  const path = join(folder, 'good.yaml');
  writeFileSync(path, 'backend: console\n');
  expect(open(path)).toEqual({ file: { name: path, text: 'backend: console\n' }, lines: [] });
});

test.each([
  ['a missing file', 'missing.yaml', 'there is no such file'],
  ['a folder', '.', 'it is not a file'],
])('%s is one clear line', (_what, name, reason) => {
  const path = join(folder, name);
  expect(open(path)).toEqual({
    file: undefined,
    lines: [`SIGNALBOX_CONFIG_FILE: "${path}" cannot be read: ${reason}. Going on without it. [CFG005]`],
  });
});

test('a very large file is not read', () => {
  const path = join(folder, 'large.yaml');
  writeFileSync(path, Buffer.alloc(4_194_305, ' '));
  expect(open(path).lines).toEqual([expect.stringContaining('it is too large')]);
});

test.each([
  ['the environment', { env: { SIGNALBOX_PLUGINS: './a.js, @acme/b' } }],
  ['the file', { env: {}, file: { name: 'x.yaml', text: 'plugins: [./a.js, "@acme/b"]\nunknown: 1\n' } }],
  ['code', { env: {}, code: { plugins: ['./a.js', '@acme/b'], unknown: 1 } }],
])('the plug-ins are known beforehand, from %s', (_from, input) => {
  expect(readPlugins(input)).toEqual(['./a.js', '@acme/b']);
});
