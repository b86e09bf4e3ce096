/**
 * The thread that sends what is left while the process exits: the thread that exits can no longer
 * wait for a socket, but it can wait for this one. Started in the `exit` event by exit-delivery.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
// biome-ignore lint/style/noRestrictedImports: a thread that starts while the process exits must load the transports and nothing else.
import { REMOTE_TRANSPORTS } from '../../exporters/transports.ts';
import { type Host, loadModule, type Outcome } from '../core/index.ts';
import { ExitBoard, type ExitTransport, type ExitWork, JOB } from './exit-work.ts';
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

function work({ jobs, timeout, shared }: ExitWork): void {
  const board = new ExitBoard(shared, jobs.length);
  for (const [index, { transport, body }] of jobs.entries()) {
    const sender = senders[transport];
    if (!sender) board.finish(index, JOB.failed);
    else {
      board.begin(index);
      sender.send(body, timeout).then(
        (outcome) => board.finish(index, stateOf(outcome), rejectedIn(outcome)),
        () => board.finish(index, JOB.failed),
      );
    }
  }
}

function stateOf({ kind }: Outcome) {
  if (kind === 'delivered') return JOB.delivered;
  return kind === 'rejected' ? JOB.rejected : JOB.failed;
}

function rejectedIn(outcome: Outcome): number {
  return outcome.kind === 'delivered' ? (outcome.rejected ?? 0) : 0;
}

parentPort?.once('message', work);
