/** A transport by its kind and settings. The worker is started with these, and makes ready. */
export interface ExitTransport {
  readonly kind: string;
  readonly settings: unknown;
}

/** What the worker is told next: plain data that survives a structured clone. */
export interface ExitWork {
  /** Each body with the index of its transport. */
  readonly jobs: readonly { readonly transport: number; readonly body: Uint8Array }[];
  /** Milliseconds that each may take. */
  readonly timeout: number;
  /** See {@link ExitBoard}. */
  readonly shared: SharedArrayBuffer;
}

/** What became of a job; 0 until it is begun. What stays `sending` may have arrived or not. */
export const JOB = { waiting: 0, delivered: 1, rejected: 2, failed: 3, sending: 4 } as const;

/** A value of {@link JOB}. */
export type JobState = (typeof JOB)[keyof typeof JOB];

/**
 * The board that the worker writes its results on and the exiting thread reads: how many jobs are
 * done, then two numbers for each: what became of it and how many of its items were refused.
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
    return new ExitBoard(new SharedArrayBuffer(4 * (1 + 2 * jobs)), jobs);
  }

  /** In the worker: from now on nobody can say that it did not arrive. */
  begin(job: number): void {
    Atomics.store(this.cells, 1 + 2 * job, JOB.sending);
  }

  /** In the worker. */
  finish(job: number, state: JobState, rejected = 0): void {
    Atomics.store(this.cells, 2 + 2 * job, rejected);
    Atomics.store(this.cells, 1 + 2 * job, state);
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

  result(job: number): { readonly state: JobState; readonly rejected: number } {
    const state = Atomics.load(this.cells, 1 + 2 * job) as JobState;
    return { state, rejected: Atomics.load(this.cells, 2 + 2 * job) };
  }
}
