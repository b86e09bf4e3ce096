import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, REGISTER } from '../support/run-app.ts';

interface Output {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'signalbox-ways-'));
  const esm = 'import http from "node:http";\nconsole.log("patched", http.request.__wrapped);\n';
  writeFileSync(join(directory, 'esm-command'), `#!/usr/bin/env node\n${esm}`);
  writeFileSync(
    join(directory, 'cjs-command'),
    '#!/usr/bin/env node\nconsole.log("patched", require("http").request.__wrapped, require.main === module);\n',
  );
  symlinkSync(join(directory, 'cjs-command'), join(directory, 'linked-command'));
  writeFileSync(join(directory, 'data.json'), '{"answer":42}');
  writeFileSync(
    join(directory, 'typed.ts'),
    'import http from "node:http";\nconst n: number = 1;\nconsole.log("patched", n, (http.request as any).__wrapped);\n',
  );
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function node(args: readonly string[], stdin = ''): Promise<Output> {
  return new Promise((resolve) => {
    const options = {
      cwd: directory,
      env: environment({ SIGNALBOX_BACKEND: 'none', OTEL_LOG_LEVEL: 'warn' }),
    };
    const child = execFile(process.execPath, [...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

describe.each(['--require', '--import'])('code that Node.js runs with %s register.js', (flag) => {
  test.each<[way: string, args: string[], stdin: string, stdout: string]>([
    ['--eval', ['-e', '0'], '', ''],
    ['--print', ['-p', '1 + 1'], '', '2\n'],
    ['--eval with arguments', ['-e', 'console.log(process.argv[1])', 'no-file'], '', 'no-file\n'],
    [
      '--eval that requires',
      ['-e', 'console.log(require("./data.json").answer, require("http").request.__wrapped)'],
      '',
      '42 true\n',
    ],
    [
      '--eval as a module',
      ['--input-type=module', '-e', 'import http from "http"; console.log(http.request.__wrapped)'],
      '',
      'true\n',
    ],
    ['stdin', [], 'console.log(require("os").EOL === "\\n")', 'true\n'],
    ['stdin as "-"', ['-'], 'console.log(require("node:http").request.__wrapped)', 'true\n'],
    ['an ES module without extension', ['esm-command'], '', 'patched true\n'],
    ['CommonJS without extension', ['cjs-command'], '', 'patched true true\n'],
    ['a symbolic link', ['linked-command'], '', 'patched true true\n'],
  ])('%s works as without it', async (_way, args, stdin, stdout) => {
    expect(await node([flag, REGISTER, ...args], stdin)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('the REPL has its modules', async () => {
    const { code, stdout, stderr } = await node(
      [flag, REGISTER, '-i'],
      'typeof fs.readFileSync\nhttp.request.__wrapped\n',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/'function'[\s\S]*true/);
  });

  test('TypeScript whose types Node.js strips', async () => {
    const { code, stdout } = await node([flag, REGISTER, 'typed.ts']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'patched 1 true\n' });
  });
});
