import { listenersOfSignalExit } from './signal-exit.ts';

/** Signals that end a process unless it handles them, and that leave time to flush. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Milliseconds in which the same signal is the same wish: Ctrl-C comes from the terminal and once more
 * from a parent such as npm that hands it on.
 */
const ONE_WISH = 100;

/** What the life cycle looks after. */
export interface Flushable {
  /** True if something was recorded since the last flush. */
  isDirty(): boolean;
  /** The process will certainly end: what is held back goes on to be delivered. */
  atEnd(): void;
  /** @param timeout ms that it may take */
  forceFlush(timeout: number): Promise<void>;
  /** Takes in what metrics have gathered since they were last read, without waiting. Never throws. */
  readMetrics(): void;
  /** Delivers what is left while the process exits, without a callback. @param timeout ms that it may take */
  deliverAtExit(timeout: number): void;
}

/** Options of {@link superviseEnd}. */
export interface EndOptions {
  /** Milliseconds that the end of the process may be held up. */
  readonly timeout: number;
  /** Milliseconds that only grow. */
  monotonic(): number;
  /** The process; tests hand in their own. */
  readonly process?: NodeJS.Process;
}

/**
 * Delivers what is left when the process ends: on its natural end, and on SIGTERM, SIGINT and
 * SIGHUP. Never longer than the timeout, never with another exit code, and never in the way of
 * the application's own handlers.
 *
 * @returns a function that takes all listeners off again
 */
export function superviseEnd(box: Flushable, options: EndOptions): () => void {
  const end = new EndOfProcess(box, options, options.process ?? process);
  end.install();
  return () => end.remove();
}

class EndOfProcess {
  private flushing: Promise<boolean> | undefined;
  private isFirstEnd = true;
  private hasFlushed = false;
  /** When the first signal came that ends the process. */
  private signalledAt: number | undefined;

  /** Milliseconds of the timeout that are left. */
  private left: number;

  constructor(
    private readonly box: Flushable,
    private readonly options: EndOptions,
    private readonly process: NodeJS.Process,
  ) {
    this.left = options.timeout;
  }

  install(): void {
    this.process.on('beforeExit', this.onBeforeExit);
    this.process.on('exit', this.onExit);
    for (const signal of SIGNALS) {
      try {
        this.process.on(signal, this.onSignal);
      } catch {
        // Not a signal of this platform.
      }
    }
  }

  remove(): void {
    this.process.removeListener('beforeExit', this.onBeforeExit);
    this.process.removeListener('exit', this.onExit);
    for (const signal of SIGNALS) this.process.removeListener(signal, this.onSignal);
  }

  /**
   * Comes again after every flush, since flushing is work. Only a first end, or new telemetry since
   * the last flush, makes us flush again, so the process does come to its end.
   */
  private readonly onBeforeExit = (): void => {
    if (this.flushing || !(this.isFirstEnd || this.box.isDirty())) return;
    this.isFirstEnd = false;
    void this.flush().then((inTime) => {
      // What still keeps the process alive is our own request to a backend that does not answer,
      // unless another listener has started work of its own.
      if (!inTime && this.process.listenerCount('beforeExit') === 1) this.process.exit();
    });
  };

  /**
   * Comes with process.exit(), an uncaught exception, an unhandled rejection, and after the natural
   * end. Nothing asynchronous happens any more.
   */
  private readonly onExit = (): void => {
    // Without time it would only be handed on to be lost.
    if (this.left > 0) {
      this.box.atEnd();
      if (!this.hasFlushed || this.box.isDirty()) this.box.readMetrics();
    }
    this.box.deliverAtExit(this.left);
  };

  /**
   * Having a listener keeps a signal from ending the process. So if the signal would have ended it,
   * it is sent again after the flush, and the process ends as it would have: same signal, same code.
   */
  private readonly onSignal = (signal: NodeJS.Signals): void => {
    const now = this.options.monotonic();
    const others = this.process.listenerCount(signal) - 1 - listenersOfSignalExit(this.process, signal);
    if (others > 0) {
      // The application handles the signal and decides when to end.
      void this.flush();
    } else if (this.signalledAt !== undefined) {
      // The second time somebody is in a hurry.
      if (now - this.signalledAt > ONE_WISH) this.raise(signal, 0);
    } else {
      this.signalledAt = now;
      this.box.atEnd();
      void this.flush().then(() => this.raise(signal, this.left));
    }
  };

  /**
   * There is no `exit` event when a signal ends the process. What has ended during the flush goes now, in
   * what is left of the time; without any, this only settles the books.
   */
  private raise(signal: NodeJS.Signals, left: number): void {
    this.remove();
    this.box.deliverAtExit(left);
    this.process.kill(this.process.pid, signal);
  }

  /** Flushes once at a time. Resolves to whether it was done within the timeout; never rejects. */
  private flush(): Promise<boolean> {
    const { timeout, monotonic } = this.options;
    const started = monotonic();
    this.flushing ??= withDeadline(this.box.forceFlush(timeout), timeout).then((inTime) => {
      this.flushing = undefined;
      this.hasFlushed ||= inTime;
      this.left = Math.max(0, this.left - (monotonic() - started));
      return inTime;
    });
    return this.flushing;
  }
}

/** True if the work was done before the deadline, and not given up. The timer keeps the process alive. */
function withDeadline(work: Promise<void>, timeout: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeout, false);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, deadline]).finally(() => clearTimeout(timer));
}
