/** A server of somebody else as a child process: started, waited for, ended by its pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { environment } from '../../support/run-app.ts';

const READY_LIMIT = 20_000;
const POLL = 50;
const END_LIMIT = 10_000;

export interface PeerProcess {
  /** What it printed so far. */
  output(): string;
  /** Asks it to end (SIGTERM), so that it writes out what it holds; kills it when it does not. May come twice. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * @param healthUrl answers 200 when the peer is ready
 * @throws with its output if it ends before, or is not ready in time
 */
export async function startPeer(
  command: string,
  args: readonly string[],
  healthUrl: string,
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<PeerProcess> {
  const { cwd, env } = options;
  const child = spawn(command, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  const keep = (chunk: string): void => {
    text += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = once(child, 'close').finally(() => running.delete(child));
  ended.catch((error: unknown) => keep(String(error)));

  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT);
    child.kill('SIGTERM');
    await ended.catch(() => {}); // Its error is in the output.
    clearTimeout(timer);
  };
  const gone = (): boolean => !running.has(child) || child.exitCode !== null || child.signalCode !== null;
  if (!(await ready(healthUrl, gone))) {
    await stop();
    throw new Error(`${command} is not ready at ${healthUrl}.\n${text}`);
  }
  return { output: () => text, stop };
}

async function ready(url: string, gone: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_LIMIT;
  while (Date.now() < deadline && !gone()) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  return false;
}

/** Loopback ports that were free a moment ago: neither peer can listen on 0 and tell. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
