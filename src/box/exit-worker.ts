/**
 * The thread that sends what is left while the process exits: the thread that exits can no longer
 * wait for a socket, but it can wait for this one. Started in the `exit` event by exit-delivery.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
// biome-ignore lint/style/noRestrictedImports: a thread that starts while the process exits must load the transports and nothing else.
import { REMOTE_TRANSPORTS } from '../../exporters/transports.ts';
import { type Host, loadModule } from '../core/index.ts';
import { type ExitAttempt, ExitBoard, type ExitTransport, type ExitWork, JOB } from './exit-work.ts';
import { systemClock } from './system-host.ts';

const host: Pick<Host, 'after' | 'clock' | 'load'> = {
  clock: systemClock,
  load: loadModule,
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};

const senders = (workerData as readonly ExitTransport[]).map(({ kind, settings }) =>
  REMOTE_TRANSPORTS[kind]?.(settings as never, host),
);

function work({ jobs, timeout, deadline: last, shared }: ExitWork): void {
  const deadline = Math.min(last, systemClock.now() + timeout);
  const board = new ExitBoard(shared, jobs.length);
  for (const [index, attempts] of jobs.entries()) {
    attempt(attempts, deadline, () => board.begin(index)).then(
      ({ state, rejected, way }) => board.finish(index, state, rejected, way),
      () => board.finish(index, JOB.failed),
    );
  }
}

type Result = ReturnType<ExitBoard['result']>;

/** One after the other, each with its share of the time that is left. */
async function attempt(
  attempts: readonly ExitAttempt[],
  deadline: number,
  begin: () => void,
): Promise<Result> {
  let unclear = false;
  for (const [way, { transport, body, isFallback }] of attempts.entries()) {
    const share = (deadline - systemClock.now()) / (attempts.length - way);
    if (share <= 0) break;
    const started = systemClock.monotonic();
    begin();
    const outcome = await senders[transport]?.send(body, share);
    if (outcome?.kind === 'delivered') return { state: JOB.delivered, rejected: outcome.rejected ?? 0, way };
    // What the destination itself refuses is refused.
    if (outcome?.kind === 'rejected' && !isFallback) return { state: JOB.rejected, rejected: 0, way };
    // It was given up, not refused: it may have arrived.
    unclear ||= systemClock.monotonic() - started >= share - 2;
  }
  return { state: unclear ? JOB.sending : JOB.failed, rejected: 0, way: 0 };
}

parentPort?.once('message', work);
