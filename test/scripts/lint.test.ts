import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The rules that keep the floors apart, tried on one file each: what breaks them must be found. */
const ROOT = resolve(__dirname, '../..');
const RULES = {
  imports: 'lint/style/noRestrictedImports',
  globals: 'lint/style/noRestrictedGlobals',
  clock: 'plugin',
  environment: 'lint/style/noProcessEnv',
  console: 'lint/suspicious/noConsole',
};

type Rule = keyof typeof RULES;

const ROWS: [file: string, line: string, broken: Rule | 'nothing'][] = [
  ['src/core/a1.ts', "import '../config/index.ts';", 'imports'],
  ['src/core/a2.ts', "import '../../exporters/index.ts';", 'imports'],
  ['src/core/a3.ts', "import './variable.ts';", 'nothing'],
  ['src/config/b1.ts', "import '../box/index.ts';", 'imports'],
  ['src/config/b2.ts', "import '../core/variable.ts';", 'imports'],
  ['src/config/b3.ts', "import '../../samplers/index.ts';", 'imports'],
  ['src/config/b4.ts', "import '../core/index.ts';", 'nothing'],
  ['src/config/variables/b5.ts', "import '../tag-list.ts';\nimport '../../core/index.ts';", 'nothing'],
  ['src/config/variables/b6.ts', "import '../../index.ts';", 'imports'],
  ['exporters/c1.ts', "import '../src/config/index.ts';", 'imports'],
  ['exporters/otlp/c2.ts', "import '../../src/box/index.ts';", 'imports'],
  ['exporters/otlp/c3.ts', "import '../../src/core/variable.ts';", 'imports'],
  ['exporters/otlp/c4.ts', "import '../../samplers/index.ts';", 'imports'],
  ['exporters/otlp/c5.ts', "import '../delivery/queue.ts';", 'imports'],
  ['exporters/otlp/c6.ts', "import '../delivery/deep/queue.ts';", 'imports'],
  ['exporters/c7.ts', "import './delivery/queue.ts';", 'imports'],
  ['exporters/c8.ts', "import '../src/index.ts';", 'imports'],
  [
    'exporters/c9.ts',
    "import './delivery/index.ts';\nimport '../src/core/index.ts';\nimport './b.ts';",
    'nothing',
  ],
  [
    'exporters/otlp/c10.ts',
    "import '../delivery/index.ts';\nimport '../../src/core/index.ts';\nimport '../a.ts';\nimport './b.ts';",
    'nothing',
  ],
  ['exporters/datadog/encode/c11.ts', "import '../../delivery/queue.ts';", 'imports'],
  ['exporters/datadog/encode/c12.ts', "import '../../../src/core/host.ts';", 'imports'],
  [
    'exporters/datadog/encode/c13.ts',
    "import '../map/a.ts';\nimport '../../delivery/index.ts';\nimport '../../../src/core/index.ts';",
    'nothing',
  ],
  ['samplers/rules/c14.ts', "import '../rates/rate.ts';\nimport '../../src/core/index.ts';", 'nothing'],
  ['processors/d1.ts', "import '../exporters/index.ts';", 'imports'],
  ['processors/genai/d2.ts', "import '../../src/genai/index.ts';", 'imports'],
  ['processors/d3.ts', "import './genai/index.ts';", 'nothing'],
  ['propagators/d4.ts', "import '../samplers/index.ts';", 'imports'],
  ['samplers/d5.ts', "import '../src/core/host.ts';", 'imports'],
  ['src/genai/d6.ts', "import '../config/index.ts';", 'imports'],
  ['src/genai/d7.ts', "import '../../processors/index.ts';", 'imports'],
  ['src/genai/d8.ts', "import '../core/index.ts';", 'nothing'],
  ['src/tracer/d9.ts', "import '../config/index.ts';", 'imports'],
  ['src/tracer/d10.ts', "import '../../propagators/index.ts';", 'imports'],
  ['src/tracer/d11.ts', "import '../core/host.ts';", 'imports'],
  ['src/tracer/d12.ts', "import '../core/index.ts';", 'nothing'],
  ['src/genai/d13.ts', "import '../tracer/index.ts';", 'imports'],
  ['processors/genai/d14.ts', "import '../../src/tracer/index.ts';", 'imports'],
  ['src/config/d15.ts', "import '../tracer/index.ts';", 'imports'],
  ['src/box/d16.ts', "import '../tracer/engine.ts';", 'imports'],
  ['src/box/e1.ts', "import '../../exporters/otlp/otlp.ts';", 'imports'],
  ['src/box/e2.ts', "import '../config/reader.ts';", 'imports'],
  ['src/box/e3.ts', "import '../index.ts';", 'imports'],
  ['src/box/e4.ts', "import '../cli/main.ts';", 'imports'],
  ['src/box/e5.ts', "import '../../exporters/index.ts';\nimport '../config/index.ts';", 'nothing'],
  ['src/cli/f1.ts', "import '../box/start.ts';", 'imports'],
  ['src/cli/f2.ts', "import '../box/index.ts';", 'nothing'],
  ['src/index.ts', "import './config/load.ts';", 'imports'],
  ['exporters/g1.ts', 'export const a = process.env.A;', 'environment'],
  ['src/box/g2.ts', 'export const a = process.env.A;', 'environment'],
  ['src/box/system-host.ts', 'export const a = process.env.A;', 'nothing'],
  ['exporters/g4.ts', "import { env } from 'node:process';\nexport const a = env.A;", 'environment'],
  ['exporters/g5.ts', "import { stdout } from 'node:process';\nexport const a = stdout;", 'nothing'],
  ['exporters/h1.ts', 'setTimeout(() => {}, 1);', 'globals'],
  ['processors/h2.ts', 'setInterval(() => {}, 1);', 'globals'],
  ['samplers/rules/h0.ts', 'setTimeout(() => {}, 1);\nsetImmediate(() => {});', 'globals'],
  ['samplers/h3.ts', "import 'node:timers/promises';", 'imports'],
  ['samplers/h4.ts', 'export const now = Date.now();', 'clock'],
  ['samplers/h5.ts', 'export const now = new Date();', 'clock'],
  ['samplers/h6.ts', 'export const now = performance.now();', 'clock'],
  ['samplers/h7.ts', 'export const now = process.hrtime.bigint();', 'clock'],
  ['samplers/h8.ts', 'export const day = new Date(5).toISOString();', 'nothing'],
  ['src/box/h9.ts', "console.log('hello');", 'console'],
  ['src/box/h10.ts', 'export const now = Date.now();\nsetTimeout(() => {}, 1);', 'nothing'],
];

interface Diagnostic {
  category: string;
  location: { path: string | { file: string } };
}

const folder = mkdtempSync(join(tmpdir(), 'signalbox-lint-'));
let found: Diagnostic[] = [];

beforeAll(() => {
  const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  // The files stand apart from the repository, and import what is not there.
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  cpSync(join(ROOT, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true });
  for (const [file, line] of ROWS) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${line}\n`);
  }
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  found = JSON.parse(stdout).diagnostics;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(ROWS)('%s: %j breaks the rules about %s', (file, _line, broken) => {
  const rules = found
    .filter(({ location: { path } }) => (typeof path === 'string' ? path : path.file).endsWith(file))
    .map(({ category }) => category)
    .filter((category) => Object.values(RULES).includes(category));
  expect(new Set(rules)).toEqual(new Set(broken === 'nothing' ? [] : [RULES[broken]]));
});
