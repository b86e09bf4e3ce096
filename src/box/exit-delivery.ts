import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Delivery, ExitBatch, ExitPiece, ExitTaker, ExitWay } from '../../exporters/index.ts';
import type { Clock } from '../core/index.ts';
import { ExitBoard, type ExitTransport, type ExitWork, JOB } from './exit-work.ts';

/** A batch that has not left yet. */
interface Left {
  readonly delivery: Delivery;
  readonly batch: ExitBatch;
  /** Somebody may have it, or a part of it. */
  isUnclear: boolean;
}

interface Job {
  readonly left: Left;
  readonly piece: ExitPiece;
  result: ReturnType<ExitBoard['result']>;
}

/** Milliseconds that the backend has for its answer. */
const SENDING = 1_000;

const WORKER = fileURLToPath(new URL('./exit-worker.cjs', import.meta.url));

/**
 * Delivers what is left in the `exit` event, when no callback of this thread will come any more:
 * exporters that can take it at once do; the rest is sent by a worker thread, and this thread waits for
 * it, at most `timeout` ms in all, of which sending has {@link SENDING}: on a busy machine the thread's
 * start must not take the backend's time. Each body is sent once, and to a fallback if that fails; what
 * fails altogether is on disk if there is a spool. What was under way is sent again, since nobody knows
 * whether it arrived. Never throws.
 */
export function deliverAtExit(deliveries: readonly Delivery[], timeout: number, clock: Clock): void {
  const deadline = clock.monotonic() + timeout;
  const time = (): number => deadline - clock.monotonic();
  const rests = deliveries.map((delivery) => ({ delivery, rest: delivery.takeForExit() }));
  const transports = new Transports(rests.flatMap(({ rest }) => rest.ways));
  // The worker makes ready while this thread encodes.
  const worker = timeout > 0 && transports.all.length > 0 ? startWorker(transports.all) : undefined;
  const left = rests
    .flatMap(({ delivery, rest }) => rest.batches.map((batch) => ({ delivery, batch, isUnclear: false })))
    .filter((one) => !isTaken(one, one.batch.takers, time));
  const jobs = left.flatMap((one) => jobsOf(one, worker ? transports : undefined));
  if (worker) send(worker, jobs, transports, time(), clock);
  for (const one of left) {
    const own = jobs.filter((job) => job.left === one);
    const isDone = own.every(({ result: { state } }) => state === JOB.delivered || state === JOB.rejected);
    // A batch of which a piece did not arrive goes elsewhere as a whole.
    if (!isDone && (isTaken(one, one.batch.lastTakers, time) || one.batch.keep())) continue;
    for (const job of own) settle(job);
    if (isDone) one.batch.finish();
  }
}

/** Has the worker send it, and waits for it. */
function send(
  worker: Worker,
  jobs: readonly Job[],
  transports: Transports,
  left: number,
  clock: Clock,
): void {
  const board = ExitBoard.for(jobs.length);
  const work: ExitWork = {
    jobs: jobs.map(({ piece }) => transports.plain(piece.ways)),
    timeout: SENDING,
    deadline: clock.now() + left,
    shared: board.shared,
  };
  worker.postMessage(work);
  board.wait(left, clock.monotonic);
  for (const [index, job] of jobs.entries()) job.result = board.result(index);
}

/** Asks those who take it in this thread. Each may use half of the time, so that some is left for others. */
function isTaken(left: Left, takers: readonly ExitTaker[], time: () => number): boolean {
  const { batch, delivery } = left;
  for (const { fallback, take } of takers) {
    const share = time() / 2;
    if (share <= 0) return false;
    if (take(share)) {
      delivery.accounts.delivered += batch.items;
      if (fallback !== undefined) delivery.accounts.took(fallback, batch.items);
      batch.finish();
      return true;
    }
    left.isUnclear = true;
  }
  return false;
}

/** What of a batch is to be sent: nothing without transports. */
function jobsOf(left: Left, transports: Transports | undefined): Job[] {
  const { items, underWay } = left.batch;
  const pieces = transports ? left.batch.pieces() : [{ items, underWay, ways: [] }];
  return pieces.map((piece) => ({
    left,
    piece: { ...piece, ways: transports?.usable(piece.ways) ?? [] },
    result: { state: JOB.waiting, rejected: 0, way: 0 },
  }));
}

/** Books what became of a piece. */
function settle({ left, piece, result }: Job): void {
  const { accounts } = left.delivery;
  const { items, underWay, ways } = piece;
  const { state, rejected, way } = result;
  if (state === JOB.delivered) {
    const refused = Math.min(rejected, items);
    accounts.delivered += items - refused;
    accounts.rejected += refused;
    const name = ways[way]?.way.fallback;
    if (name !== undefined) accounts.took(name, items - refused);
  } else if (state === JOB.rejected) accounts.rejected += items;
  else accounts.drop(items, underWay || left.isUnclear || state === JOB.sending ? 'unconfirmed' : 'exit');
}

/** The transports that the ways take, each once. */
class Transports {
  readonly all: ExitTransport[] = [];
  private readonly indexes = new Map<ExitWay['remote'], number>();

  constructor(ways: readonly ExitWay[]) {
    for (const { remote } of ways) {
      if (this.indexes.has(remote)) continue;
      const settings = remote.settings();
      // Without credentials nothing may be sent there.
      if (settings === undefined) continue;
      this.indexes.set(remote, this.all.length);
      this.all.push({ kind: remote.kind, settings });
    }
  }

  /** Those of the ways that there is a transport for. */
  usable(ways: ExitPiece['ways']): ExitPiece['ways'] {
    return ways.filter(({ way: { remote } }) => this.indexes.has(remote));
  }

  plain(ways: ExitPiece['ways']): ExitWork['jobs'][number] {
    return ways.map(({ way: { remote, fallback }, body }) => ({
      transport: this.indexes.get(remote) ?? 0,
      body,
      isFallback: fallback !== undefined,
    }));
  }
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
