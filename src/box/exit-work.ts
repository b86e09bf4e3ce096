/** A transport by its kind and settings. The worker is started with these, and makes ready. */
export interface ExitTransport {
  readonly kind: string;
  readonly settings: unknown;
}

/** One way that what is left may go: a body with the index of its transport. */
export interface ExitAttempt {
  readonly transport: number;
  readonly body: Uint8Array;
  /** Then it is not final what it refuses. */
  readonly isFallback: boolean;
}

/** What the worker is told next: plain data that survives a structured clone. */
export interface ExitWork {
  /** The attempts of each, to be made in order until one succeeds. */
  readonly jobs: readonly (readonly ExitAttempt[])[];
  /** Milliseconds that sending may take, from when this thread is ready. */
  readonly timeout: number;
  /** When the exiting thread no longer waits, in milliseconds since the epoch: the one clock that threads share. */
  readonly deadline: number;
  /** See {@link ExitBoard}. */
  readonly shared: SharedArrayBuffer;
}

/** What became of a job; 0 until it is begun. What stays `sending` may have arrived or not. */
export const JOB = { waiting: 0, delivered: 1, rejected: 2, failed: 3, sending: 4 } as const;

/** A value of {@link JOB}. */
export type JobState = (typeof JOB)[keyof typeof JOB];

/**
 * The board that the worker writes its results on and the exiting thread reads: how many jobs are
 * done, then three numbers for each: what became of it, how many of its items were refused, and by which
 * attempt.
 */
export class ExitBoard {
  private readonly cells: Int32Array<SharedArrayBuffer>;

  constructor(
    readonly shared: SharedArrayBuffer,
    private readonly jobs: number,
  ) {
    this.cells = new Int32Array(shared);
  }

  static for(jobs: number): ExitBoard {
    return new ExitBoard(new SharedArrayBuffer(4 * (1 + 3 * jobs)), jobs);
  }

  /** In the worker: from now on nobody can say that it did not arrive. */
  begin(job: number): void {
    Atomics.store(this.cells, 1 + 3 * job, JOB.sending);
  }

  /** In the worker. */
  finish(job: number, state: JobState, rejected = 0, way = 0): void {
    Atomics.store(this.cells, 3 + 3 * job, way);
    Atomics.store(this.cells, 2 + 3 * job, rejected);
    Atomics.store(this.cells, 1 + 3 * job, state);
    Atomics.add(this.cells, 0, 1);
    Atomics.notify(this.cells, 0);
  }

  /** In the exiting thread: blocks until all are done or so many ms are over. */
  wait(timeout: number, now: () => number): void {
    const deadline = now() + timeout;
    for (;;) {
      const done = Atomics.load(this.cells, 0);
      const left = deadline - now();
      if (done >= this.jobs || left <= 0) return;
      Atomics.wait(this.cells, 0, done, left);
    }
  }

  result(job: number): { readonly state: JobState; readonly rejected: number; readonly way: number } {
    const state = Atomics.load(this.cells, 1 + 3 * job) as JobState;
    const [rejected, way] = [2, 3].map((cell) => Atomics.load(this.cells, cell + 3 * job));
    return { state, rejected: rejected ?? 0, way: way ?? 0 };
  }
}
