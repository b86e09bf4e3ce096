/** Runs a real application in a child process, in an environment that holds only what the test says. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ENGINE_ENV } from './engines/engine.ts';

/** The package's root. */
export const ROOT = join(import.meta.dirname, '..', '..');
/** What users put behind `--require` or `--import`. */
export const REGISTER = join(ROOT, 'register.js');

/** All that a child inherits: nothing that could configure telemetry, Node or npm. */
const INHERITED = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'USER', 'SystemRoot', 'TEMP'],
  // For children that start applications in turn.
  'TEST_TRACER',
];
const DEFAULT_TIMEOUT = 20_000;

export interface RunOptions {
  /** Path of the application, absolute or from `test/support/apps`. */
  readonly app: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How `register.js` is loaded. Default `require`. */
  readonly loader?: 'require' | 'import' | 'none';
  /** Further arguments for Node itself, in front of the loader's. */
  readonly nodeArgs?: readonly string[];
  /** The Node executable. Default: the one that runs the tests. */
  readonly node?: string;
  /** Default: the package's root. */
  readonly cwd?: string;
  /** Text for stdin, which is then closed. */
  readonly stdin?: string;
  /** Ends the child when aborted. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the child is killed and `exit` rejects. Default 20 s. */
  readonly timeout?: number;
}

/** How a child ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from start to end. */
  readonly duration: number;
  /** Milliseconds from the last `kill()` to the end, if there was one. */
  readonly afterSignal: number | undefined;
  /** Milliseconds from the last output on stdout to the end, if there was any. */
  readonly afterOutput: number | undefined;
}

/** A running application. `await using` kills it at the end of the block. */
export interface App extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when the process is gone and its output is read. Rejects if it had to be killed by the timeout. */
  readonly exit: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** The first match of a line of stdout (or stderr), past or to come. Rejects if the process ends first. */
  waitForLine(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpMatchArray>;
  /** Sends a signal. Default SIGTERM. */
  kill(signal?: NodeJS.Signals): void;
}

const running = new Set<App>();
const killAll = (): void => {
  for (const app of running) app.kill('SIGKILL');
};
process.on('exit', killAll);
// Under Jest: whatever a failed test left behind ends with its file.
if (typeof afterAll === 'function') afterAll(killAll);

/** Starts the application. The result is a handle; `await runApp(…).exit` waits for the end. */
export function runApp(options: RunOptions): App {
  const started = performance.now();
  const child = spawn(options.node ?? process.execPath, argumentsOf(options), {
    cwd: options.cwd ?? ROOT,
    env: environment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  child.stdin.on('error', () => {}); // An application that ends early need not read its input.
  child.stdin.end(options.stdin);
  const output = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
  let signalled: number | undefined;

  const exit = end(child, options.timeout ?? DEFAULT_TIMEOUT).then(({ code, signal, late }) => {
    running.delete(app);
    const now = performance.now();
    const { text: stdout, lastAt } = output.stdout;
    const { text: stderr } = output.stderr;
    if (late) throw new Error(`${options.app} did not end in time.\n${stdout}\n${stderr}`);
    return {
      code,
      signal,
      stdout,
      stderr,
      duration: now - started,
      afterSignal: signalled === undefined ? undefined : now - signalled,
      afterOutput: lastAt === undefined ? undefined : now - lastAt,
    };
  });
  exit.catch(() => {}); // Whoever awaits it sees the error; a test that does not is told by its own failure.

  const app: App = {
    pid: child.pid as number,
    exit,
    stdout: () => output.stdout.text,
    stderr: () => output.stderr.text,
    waitForLine: (pattern, stream = 'stdout') => waitForLine(output[stream], pattern, exit),
    kill(signal = 'SIGTERM') {
      signalled = performance.now();
      child.kill(signal);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit.catch(() => {});
    },
  };
  running.add(app);
  return app;
}

/** Another Node of this major version on PATH, e.g. for a smoke test on an older one. */
export function findNode(major: number): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder.includes('node_modules')) continue;
    for (const name of [`node${major}`, 'node', 'node.exe']) {
      const path = join(folder, name);
      if (existsSync(path) && execFileSync(path, ['--version']).toString().startsWith(`v${major}.`))
        return path;
    }
  }
  return undefined;
}

/** The environment of a child: what every program needs, the engine that is tested, and what the test says. */
export function environment(env: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED.map((name) => [name, process.env[name]] as const);
  const all = [...inherited, ...Object.entries({ ...ENGINE_ENV, ...env })];
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function argumentsOf({ app, args = [], loader = 'require', nodeArgs = [] }: RunOptions): string[] {
  const load = loader === 'none' ? [] : [`--${loader}`, REGISTER];
  return [...nodeArgs, ...load, join(app.startsWith('/') ? '' : APPS, app), ...args];
}

const APPS = join(import.meta.dirname, 'apps');

interface Output {
  text: string;
  lastAt: number | undefined;
  readonly source: Readable;
}

function collect(source: Readable): Output {
  const output: Output = { text: '', lastAt: undefined, source };
  source.setEncoding('utf8');
  source.on('data', (chunk: string) => {
    output.text += chunk;
    output.lastAt = performance.now();
  });
  return output;
}

function waitForLine(output: Output, pattern: RegExp, exit: Promise<Exit>): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      // The last piece may be half a line.
      const lines = output.text.split('\n').slice(0, -1);
      for (const line of lines) {
        const match = line.match(pattern);
        if (!match) continue;
        output.source.off('data', check);
        resolve(match);
        return;
      }
    };
    output.source.on('data', check);
    check();
    exit.then(({ code, stdout, stderr }) => {
      reject(new Error(`Ended with code ${code} before a line matched ${pattern}.\n${stdout}\n${stderr}`));
    }, reject);
  });
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly late: boolean;
}

function end(child: ChildProcessByStdio<Writable, Readable, Readable>, timeout: number): Promise<End> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, late });
    });
  });
}
