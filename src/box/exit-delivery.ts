import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Delivery, Destination } from '../../exporters/index.ts';
import type { Clock } from '../core/index.ts';
import { ExitBoard, type ExitTransport, type ExitWork, JOB } from './exit-work.ts';

interface Job {
  readonly delivery: Delivery;
  readonly items: number;
  readonly transport: number;
  readonly body: Uint8Array;
  /** It was sent before already, and not answered. */
  readonly underWay: boolean;
}

const WORKER = fileURLToPath(new URL('./exit-worker.cjs', import.meta.url));

/**
 * Delivers what is left in the `exit` event, when no callback of this thread will come any more: a
 * worker thread sends it, and this thread waits for it, at most `timeout` ms. Each body is sent
 * once. What was under way is sent again, since nobody knows whether it arrived. Never throws.
 */
export function deliverAtExit(deliveries: readonly Delivery[], timeout: number, clock: Clock): void {
  const left = deliveries.flatMap((delivery) => leftOf(delivery));
  if (left.length === 0) return;
  const deadline = clock.monotonic() + timeout;
  // The worker makes ready while this thread encodes.
  const worker = timeout > 0 ? startWorker(left.map(({ remote }) => remote)) : undefined;
  const jobs = left.flatMap((rest, transport) => jobsOf(rest, transport));
  const board = ExitBoard.for(jobs.length);
  const work: ExitWork = { jobs: jobs.map(plain), timeout, shared: board.shared };
  if (worker) {
    worker.postMessage(work);
    board.wait(deadline - clock.monotonic(), clock.monotonic);
  }
  for (const [index, job] of jobs.entries()) book(job, board.result(index));
}

function book(
  { delivery, items, underWay }: Job,
  { state, rejected }: ReturnType<ExitBoard['result']>,
): void {
  const { accounts } = delivery;
  if (state === JOB.delivered) {
    accounts.delivered += items - rejected;
    accounts.rejected += rejected;
  } else if (state === JOB.rejected) accounts.rejected += items;
  else accounts.drop(items, underWay || state === JOB.sending ? 'unconfirmed' : 'exit');
}

type Piece = NonNullable<ReturnType<Delivery['halve']>>[number] & { readonly underWay?: boolean };

interface Rest {
  readonly delivery: Delivery;
  readonly destination: Destination;
  readonly remote: ExitTransport;
  readonly parcels: ReturnType<Delivery['takeAll']>;
}

/** What is left of a delivery, if another thread can send it; if not, it is dropped. */
function leftOf(delivery: Delivery): Rest[] {
  const parcels = delivery.takeAll();
  const { destination, accounts } = delivery;
  if (parcels.length === 0) return [];
  const settings = destination?.remote?.settings();
  if (destination?.remote && settings !== undefined) {
    return [{ delivery, destination, remote: { kind: destination.remote.kind, settings }, parcels }];
  }
  for (const { items, underWay } of parcels) accounts.drop(items, underWay ? 'unconfirmed' : 'exit');
  return [];
}

function jobsOf(rest: Rest, transport: number): Job[] {
  return rest.parcels.flatMap((parcel) => jobsOfParcel(rest, transport, parcel));
}

/** One body, or several if it is too large for one; what cannot be encoded is dropped. */
function jobsOfParcel(rest: Rest, transport: number, { batch, items, underWay = false }: Piece): Job[] {
  const { delivery, destination } = rest;
  let halves: Piece[] | undefined;
  try {
    const body = destination.encode(batch);
    if (body) return [{ delivery, items, transport, body, underWay }];
    halves = delivery.halve(batch);
  } catch {
    // It is condemned as a whole.
  }
  if (halves) return halves.flatMap((half) => jobsOfParcel(rest, transport, { ...half, underWay }));
  delivery.accounts.drop(items, 'exit');
  return [];
}

function plain({ transport, body }: Job): ExitWork['jobs'][number] {
  return { transport, body };
}

/** Undefined if there can be no worker: not permitted, or its file was bundled away. */
function startWorker(transports: readonly ExitTransport[]): Worker | undefined {
  if (!existsSync(WORKER)) return undefined;
  try {
    // No flags, no environment: preloads of the application have no business there.
    const options = { workerData: transports, execArgv: [], env: {}, stdout: true, stderr: true };
    const worker = new Worker(WORKER, options);
    worker.on('error', () => {}).unref();
    return worker;
  } catch {
    return undefined;
  }
}
