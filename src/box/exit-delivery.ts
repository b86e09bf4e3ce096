import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Delivery, ExitPiece, ExitRest, ExitWay } from '../../exporters/index.ts';
import type { Clock } from '../core/index.ts';
import { ExitBoard, type ExitTransport, type ExitWork, JOB } from './exit-work.ts';

type Job = ExitPiece & { readonly delivery: Delivery };

/** Milliseconds that the backend has for its answer. */
const SENDING = 1_000;

const WORKER = fileURLToPath(new URL('./exit-worker.cjs', import.meta.url));

/**
 * Delivers what is left in the `exit` event, when no callback of this thread will come any more: a
 * worker thread sends it, and this thread waits for it, at most `timeout` ms, of which sending has
 * {@link SENDING}: on a busy machine the thread's start must not take the backend's time. Each body is
 * sent once, and to a fallback if that fails; what fails altogether is on disk if there is a spool. What
 * was under way is sent again, since nobody knows whether it
 * arrived. Never throws.
 */
export function deliverAtExit(deliveries: readonly Delivery[], timeout: number, clock: Clock): void {
  const deadline = clock.monotonic() + timeout;
  const rests = deliveries.map((delivery) => ({ delivery, rest: delivery.takeForExit() }));
  const transports = new Transports(rests.flatMap(({ rest }) => rest.ways));
  // The worker makes ready while this thread encodes.
  const worker = timeout > 0 && transports.all.length > 0 ? startWorker(transports.all) : undefined;
  if (!worker) {
    for (const { delivery, rest } of rests) giveUp(delivery, rest);
    return;
  }
  const jobs = rests.flatMap(({ delivery, rest }) =>
    rest.pieces().map((piece) => ({ ...piece, ways: transports.usable(piece.ways), delivery })),
  );
  const board = ExitBoard.for(jobs.length);
  const attempts = jobs.map(({ ways }) => transports.plain(ways));
  const left = deadline - clock.monotonic();
  const work: ExitWork = {
    jobs: attempts,
    timeout: SENDING,
    deadline: clock.now() + left,
    shared: board.shared,
  };
  worker.postMessage(work);
  board.wait(left, clock.monotonic);
  settleAll(jobs.map((job, index) => ({ job, result: board.result(index) })));
}

type Result = ReturnType<ExitBoard['result']>;

/** Books what became of each piece. A batch of which a piece did not arrive stays on disk as a whole. */
function settleAll(all: readonly { readonly job: Job; readonly result: Result }[]): void {
  const failed = all.filter(({ result }) => result.state !== JOB.delivered && result.state !== JOB.rejected);
  const failedBatches = new Set(failed.map(({ job }) => job.of));
  const kept = new Set([...failedBatches].filter((batch) => batch.keep()));
  for (const { job, result } of all) if (!kept.has(job.of)) settle(job, result);
  for (const batch of new Set(all.map(({ job }) => job.of))) if (!failedBatches.has(batch)) batch.finish();
}

function settle({ delivery, items, ways, underWay }: Job, { state, rejected, way }: Result): void {
  const { accounts } = delivery;
  if (state === JOB.delivered) {
    const refused = Math.min(rejected, items);
    accounts.delivered += items - refused;
    accounts.rejected += refused;
    const name = ways[way]?.way.fallback;
    if (name !== undefined) accounts.took(name, items - refused);
  } else if (state === JOB.rejected) accounts.rejected += items;
  else accounts.drop(items, underWay || state === JOB.sending ? 'unconfirmed' : 'exit');
}

/** Without a worker: what there is a disk for is on it, and the rest is lost. */
function giveUp({ accounts }: Delivery, { batches }: ExitRest): void {
  for (const batch of batches) {
    if (!batch.keep()) accounts.drop(batch.items, batch.underWay ? 'unconfirmed' : 'exit');
  }
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
