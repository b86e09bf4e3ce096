import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findApplication, findPackage } from '../../src/box/application.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'signalbox-application-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: unknown): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the application', () => {
  test('has the name and version of the nearest package.json above its main script', () => {
    write('package.json', { name: 'outer', version: '9.0.0' });
    write('app/package.json', { name: 'shop', version: '1.2.3' });
    const script = write('app/src/main.js', '');
    expect(findApplication(script, '/')).toMatchObject({ name: 'shop', version: '1.2.3' });
  });

  test('skips a package.json without a name, as build folders have them', () => {
    write('package.json', { name: 'shop' });
    write('dist/package.json', { type: 'module' });
    const script = write('dist/main.js', '');
    const application = findApplication(script, '/');
    expect(application.name).toBe('shop');
    expect(application.version).toBeUndefined();
  });

  test('survives a package.json that is not JSON', () => {
    write('package.json', '{ broken');
    expect(findApplication(write('main.js', ''), '/').name).toBeUndefined();
  });

  test('without a main script is where the process works', () => {
    write('package.json', { name: 'repl' });
    expect(findApplication(undefined, root)).toMatchObject({ name: 'repl', directories: [root] });
  });
});

describe('a package', () => {
  test('is found where Node.js would find it: in node_modules upwards', () => {
    write('node_modules/express/package.json', { name: 'express' });
    mkdirSync(join(root, 'app/src'), { recursive: true });
    expect(findPackage('express', [join(root, 'app/src')])).toBe(join(root, 'node_modules/express'));
  });

  test('with a scope is found, and one that is not installed is not', () => {
    write('node_modules/@acme/thing/package.json', {});
    expect(findPackage('@acme/thing', [root])).toBeDefined();
    expect(findPackage('@acme/other', [root])).toBeUndefined();
  });
});

describe('the main script', () => {
  test('counts where it really is', () => {
    write('tools/package.json', { name: 'tools' });
    mkdirSync(join(root, 'bin'));
    symlinkSync(write('tools/cli.js', ''), join(root, 'bin/tool'));
    expect(findApplication(join(root, 'bin/tool'), root).name).toBe('tools');
  });

  test('stands for the application around, if it is the command of a framework or a runner', () => {
    write('package.json', { name: 'shop', version: '1.2.3' });
    write('node_modules/runner/package.json', { name: 'runner', version: '9.9.9' });
    const application = findApplication(write('node_modules/runner/bin/run.js', ''), join(root));
    expect(application).toMatchObject({ name: 'shop', version: '1.2.3' });
    expect(application.directories).toEqual([join(root, 'node_modules/runner/bin'), root]);
  });

  test('is the application, if it is a global command and there is no other', () => {
    write('lib/node_modules/tool/package.json', { name: 'tool' });
    const script = write('lib/node_modules/tool/cli.js', '');
    expect(findApplication(script, '/').name).toBe('tool');
  });

  test.each(['-', 'an-argument', undefined])('is not what %j says, as with --eval and stdin', (argument) => {
    write('package.json', { name: 'shop' });
    expect(findApplication(argument, root)).toMatchObject({ name: 'shop', directories: [root] });
  });
});
