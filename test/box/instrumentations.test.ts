import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { guardPatches } from '../../src/box/instrumentation-guard.ts';
import { createInstrumentations } from '../../src/box/instrumentations.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Problem } from '../../src/core/index.ts';

let directory: string;
let problems: Problem[];
const report = (problem: Problem) => void problems.push(problem);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'signalbox-instrumentations-'));
  problems = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function install(name: string, content = ''): void {
  const folder = join(directory, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(join(folder, 'index.js'), content);
}

/** A stand-in for an official instrumentation, with the interface the real ones have. */
function installInstrumentation(name: string): void {
  install(
    `@opentelemetry/instrumentation-${name}`,
    `exports.SomeInstrumentation = class { instrumentationName = '${name}'; enable() {} disable() {} };`,
  );
}

function namesWith(env: Record<string, string> = {}): string[] {
  const { config } = loadConfig({ env, components: [] });
  const created = createInstrumentations(config, [directory], report);
  for (const instrumentation of created) instrumentation.disable();
  return created.map(({ instrumentationName }) =>
    instrumentationName.replace('@opentelemetry/instrumentation-', ''),
  );
}

describe('instrumentations', () => {
  test('of http, undici and the runtime come with Signalbox', () => {
    expect(namesWith()).toEqual(['http', 'undici', 'runtime-node']);
  });

  test('that are installed with what they instrument are picked up', () => {
    installInstrumentation('express');
    install('express');
    expect(namesWith()).toContain('express');
  });

  test('are not loaded if what they instrument is not installed', () => {
    install('@opentelemetry/instrumentation-express', 'throw new Error("loaded")');
    expect(namesWith()).not.toContain('express');
    expect(problems).toEqual([]);
  });

  test('inside auto-instrumentations-node are found, without its noisy ones', () => {
    const auto = '@opentelemetry/auto-instrumentations-node';
    install(auto);
    installInstrumentation(`pg`);
    for (const name of ['koa', 'fs']) {
      const nested = `${auto}/node_modules/@opentelemetry/instrumentation-${name}`;
      install(
        nested,
        `exports.XInstrumentation = class { instrumentationName = '${name}'; enable() {} disable() {} };`,
      );
    }
    install('koa');
    expect(namesWith()).toEqual(['http', 'undici', 'runtime-node', 'koa']);
  });

  test('OTEL_NODE_ENABLED_INSTRUMENTATIONS leaves only those named, noisy ones included', () => {
    installInstrumentation('fs');
    expect(namesWith({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'undici, fs' })).toEqual(['undici', 'fs']);
  });

  test('OTEL_NODE_DISABLED_INSTRUMENTATIONS wins over enabled', () => {
    const env = {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http',
    };
    expect(namesWith(env)).toEqual(['undici']);
  });

  test('named but not installed are one problem each', () => {
    namesWith({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'expres,http' });
    expect(problems).toMatchObject([{ code: 'INS002', didYouMean: 'express' }]);
  });

  test.each([
    ['throws while it loads', 'throw new Error("bad day")', /bad day/],
    [
      'throws in its constructor',
      'exports.XInstrumentation = class { constructor() { throw new Error("bad day") } enable() {} };',
      /bad day/,
    ],
    ['exports no class', 'exports.helper = () => {};', /no class/],
  ])('one that %s is reported and skipped', (_case, content, message) => {
    install('@opentelemetry/instrumentation-koa', content);
    install('koa');
    expect(namesWith()).toEqual(['http', 'undici', 'runtime-node']);
    expect(problems).toMatchObject([{ code: 'INS001', message: expect.stringMatching(message) }]);
  });
});

describe('an instrumentation that fails while it patches', () => {
  class FailingInstrumentation extends InstrumentationBase {
    constructor() {
      super('failing', '1.0.0', {});
    }
    protected init() {
      return new InstrumentationNodeModuleDefinition('node:punycode', ['*'], () => {
        throw new Error('cannot patch this');
      });
    }
  }

  test('leaves the module as it is, and is reported once', () => {
    const instrumentation = guardPatches('failing', new FailingInstrumentation(), report);
    const [definition] = Reflect.get(instrumentation, '_modules');
    const exports = { original: true };
    expect(definition.patch(exports)).toBe(exports);
    expect(definition.patch(exports)).toBe(exports);
    expect(problems).toMatchObject([
      { code: 'INS001', message: expect.stringContaining('cannot patch this') },
    ]);
    instrumentation.disable();
  });
});
