import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPlugins, mergeComponents } from '../../src/box/plugins.ts';
import { type AnyComponent, defineComponent, type Problem } from '../../src/core/index.ts';

let directory: string;
let problems: Problem[];
const report = (problem: Problem) => void problems.push(problem);

/** What a plug-in is made with, without its import of the package. */
const COMPONENT = `Object.defineProperty({
  kind: 'exporter', name: 'acme', stability: 'stable', doc: 'Test.', variables: [],
  fromEnv: () => undefined, create: () => ({ describe: () => 'acme' }),
}, Symbol.for('signalbox.component'), { value: true })`;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'signalbox-plugins-'));
  problems = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function plugin(file: string, content: string): string {
  writeFileSync(join(directory, file), content);
  return `./${file}`;
}

function load(...specifiers: string[]): string[] {
  return loadPlugins(specifiers, directory, report).map(({ name }) => name);
}

describe('a plug-in', () => {
  test.each([
    ['module.exports = component', `module.exports = ${COMPONENT};`],
    ['module.exports = [component]', `module.exports = [${COMPONENT}];`],
    ['exports.default = component', `exports.default = ${COMPONENT};`],
  ])('in CommonJS may write %s', (_form, content) => {
    expect(load(plugin('acme.cjs', content))).toEqual(['acme']);
    expect(problems).toEqual([]);
  });

  test('may be a package installed for the application', () => {
    mkdirSync(join(directory, 'node_modules/@acme/exporter'), { recursive: true });
    writeFileSync(join(directory, 'node_modules/@acme/exporter/index.js'), `module.exports = ${COMPONENT};`);
    expect(load('@acme/exporter')).toEqual(['acme']);
  });

  test.each([
    ['is not there', './missing.cjs', /cannot be loaded: Cannot find module/],
    ['has a syntax error', './syntax.cjs', /cannot be loaded/],
    ['throws while it loads', './throws.cjs', /cannot be loaded: no luck/],
  ])('that %s is one problem, and the others still load', (_case, specifier, message) => {
    plugin('syntax.cjs', 'module.exports = {');
    plugin('throws.cjs', "throw new Error('no luck\\nand more')");
    expect(load(specifier, plugin('acme.cjs', `module.exports = ${COMPONENT};`))).toEqual(['acme']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'PLG001', message: expect.stringMatching(message) });
  });

  test('that exports no component is one problem', () => {
    expect(load(plugin('odd.cjs', 'module.exports = { kind: "exporter", name: "odd" };'))).toEqual([]);
    expect(problems).toMatchObject([{ code: 'PLG002' }]);
  });

  test('keeps its good components beside a bad one', () => {
    expect(load(plugin('mixed.cjs', `module.exports = [${COMPONENT}, 42];`))).toEqual(['acme']);
    expect(problems).toMatchObject([{ code: 'PLG002', used: 'using the rest' }]);
  });
});

test('a component with a name that is taken is left out and reported', () => {
  const make = (doc: string): AnyComponent =>
    defineComponent({
      kind: 'sampler',
      name: 'always_on',
      stability: 'stable',
      doc,
      variables: [],
      fromEnv: () => undefined,
      create: () => ({ shouldSample: () => ({ decision: 0 }) }),
    });
  const merged = mergeComponents([make('ours')], [make('theirs')], report);
  expect(merged.map(({ doc }) => doc)).toEqual(['ours']);
  expect(problems).toMatchObject([{ code: 'PLG003' }]);
});
