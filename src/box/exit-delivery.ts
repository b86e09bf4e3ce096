import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Delivery } from '../../exporters/index.ts';
import type { Clock } from '../core/index.ts';
import { ExitBoard, type ExitWork, JOB } from './exit-work.ts';

interface Job {
  readonly delivery: Delivery;
  readonly items: number;
  readonly transport: number;
  readonly body: Uint8Array;
}

const WORKER = fileURLToPath(new URL('./exit-worker.cjs', import.meta.url));

/**
 * Delivers what is left in the `exit` event, when no callback of this thread will come any more: a
 * worker thread sends it, and this thread waits for it, at most `timeout` ms. Each body is sent
 * once. What was under way is sent again, since nobody knows whether it arrived. Never throws.
 */
export function deliverAtExit(deliveries: readonly Delivery[], timeout: number, clock: Clock): void {
  const transports: { kind: string; settings: unknown }[] = [];
  const jobs = deliveries.flatMap((delivery) => jobsOf(delivery, transports));
  if (jobs.length === 0) return;
  const board = ExitBoard.for(jobs.length);
  if (timeout > 0 && startWorker({ transports, jobs: jobs.map(plain), timeout, shared: board.shared })) {
    board.wait(timeout, clock.monotonic);
  }
  for (const [index, { delivery, items }] of jobs.entries()) {
    const { state, rejected } = board.result(index);
    const { accounts } = delivery;
    if (state === JOB.delivered) {
      accounts.delivered += items - rejected;
      accounts.rejected += rejected;
    } else if (state === JOB.rejected) accounts.rejected += items;
    else accounts.drop(items, 'exit');
  }
}

/** What is left of a delivery, encoded; what cannot be sent from another thread is dropped. */
function jobsOf(delivery: Delivery, transports: { kind: string; settings: unknown }[]): Job[] {
  const parcels = delivery.takeAll();
  const { destination, accounts } = delivery;
  const remote = destination?.remote;
  if (parcels.length === 0) return [];
  const jobs: Job[] = [];
  const transport = remote ? transports.push({ kind: remote.kind, settings: remote.settings() }) - 1 : 0;
  for (const { batch, items } of parcels) {
    const body = remote ? encoded(() => destination?.encode(batch)) : undefined;
    if (body) jobs.push({ delivery, items, transport, body });
    else accounts.drop(items, 'exit');
  }
  return jobs;
}

function encoded(encode: () => Uint8Array | undefined): Uint8Array | undefined {
  try {
    return encode();
  } catch {
    return undefined;
  }
}

function plain({ transport, body }: Job): ExitWork['jobs'][number] {
  return { transport, body };
}

/** False if there can be no worker: not permitted, or its file was bundled away. */
function startWorker(work: ExitWork): boolean {
  if (!existsSync(WORKER)) return false;
  try {
    // No flags, no environment: preloads of the application have no business there.
    const options = { workerData: work, execArgv: [], env: {}, stdout: true, stderr: true };
    new Worker(WORKER, options).on('error', () => {}).unref();
    return true;
  } catch {
    return false;
  }
}
