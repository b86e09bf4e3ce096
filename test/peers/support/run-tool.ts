/** Runs a tool to its end: at low priority, within a limit, in a process group that dies as a whole. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

export interface ToolOptions {
  readonly cwd?: string;
  /** Milliseconds after which the tool and its children are killed. */
  readonly timeout: number;
}

export interface ToolResult {
  readonly ok: boolean;
  /** Both streams, in the order of arrival. */
  readonly output: string;
  /** Why it is not ok, in one line. */
  readonly reason: string;
}

const LOW_PRIORITY = 10;
const groups = new Set<ChildProcess>();
const killAll = (): void => {
  for (const child of groups) killGroup(child);
};
process.on('exit', killAll);
/** A group of its own does not see the Ctrl-C of the terminal or the end of CI's patience. */
const endBySignal = (signal: NodeJS.Signals): void => {
  killAll();
  process.exit(128 + constants.signals[signal]);
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Never rejects: a tool that is missing is a result like any other. */
export function runTool(
  command: string,
  args: readonly string[],
  { cwd, timeout }: ToolOptions,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    if (groups.size === 0) for (const signal of SIGNALS) process.on(signal, endBySignal);
    groups.add(child);
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, timeout);
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer);
      groups.delete(child);
      if (groups.size === 0) for (const signal of SIGNALS) process.off(signal, endBySignal);
      resolve({ ok: failure === undefined, output, reason: failure ?? '' });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('spawn', () => lowerPriority(child));
    child.once('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ENOENT' ? `${command} is not installed` : `${command}: ${error.message}`),
    );
    child.once('close', (code) => {
      const what = [command, ...args.slice(0, 2)].join(' ');
      if (late) finish(`"${what}" took longer than ${timeout / 1000} s`);
      else finish(code === 0 ? undefined : `"${what}" ended with ${code}: ${cause(output)}`);
    });
  });
}

/** The lines of a tool's output that say what went wrong, as one short line. */
export function cause(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line !== '' && !/^go: (downloading|finding|found)/.test(line));
  const errors = telling.filter((line) => /error|forbidden|not available|no such host|could not/i.test(line));
  const line = (errors.length > 0 ? errors : telling).slice(-2).join('; ');
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, LOW_PRIORITY);
  } catch {
    // It has ended already, or the system does not allow it: then it runs as it is.
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // A system without process groups, or a group that is gone.
  }
}
