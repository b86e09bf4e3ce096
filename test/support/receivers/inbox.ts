/** Keeps what arrived and wakes up whoever waits for it. */
import { logsOf, metricsOf, spansOf } from './flatten.ts';
import type { ReceivedLog, ReceivedMetric, ReceivedRequest, ReceivedSpan } from './received.ts';

/** A number of items at least, or a condition on all that arrived so far. */
export type Enough<T> = number | ((items: readonly T[]) => unknown);

const DEFAULT_TIMEOUT = 10_000;

export class Inbox {
  /** Every request that could be decoded, also refused ones. */
  readonly requests: ReceivedRequest[] = [];
  readonly spans: ReceivedSpan[] = [];
  readonly metrics: ReceivedMetric[] = [];
  readonly logs: ReceivedLog[] = [];
  /** Why requests could not be decoded. A test of an encoder expects this to stay empty. */
  readonly malformed: string[] = [];
  readonly #waiting = new Set<() => void>();

  add(request: ReceivedRequest): void {
    if (request.accepted) {
      if (request.signal === 'traces') this.spans.push(...spansOf(request));
      else if (request.signal === 'metrics') this.metrics.push(...metricsOf(request));
      else this.logs.push(...logsOf(request));
    }
    this.requests.push(request);
    for (const check of [...this.#waiting]) check();
  }

  addMalformed(reason: string): void {
    this.malformed.push(reason);
    for (const check of [...this.#waiting]) check();
  }

  /** Forgets everything received so far. */
  clear(): void {
    for (const list of [this.requests, this.spans, this.metrics, this.logs, this.malformed]) list.length = 0;
  }

  waitForSpans(enough: Enough<ReceivedSpan>, timeout?: number): Promise<readonly ReceivedSpan[]> {
    return this.#wait('spans', this.spans, enough, timeout);
  }

  waitForMetrics(enough: Enough<ReceivedMetric>, timeout?: number): Promise<readonly ReceivedMetric[]> {
    return this.#wait('metrics', this.metrics, enough, timeout);
  }

  waitForLogs(enough: Enough<ReceivedLog>, timeout?: number): Promise<readonly ReceivedLog[]> {
    return this.#wait('logs', this.logs, enough, timeout);
  }

  waitForRequests(enough: Enough<ReceivedRequest>, timeout?: number): Promise<readonly ReceivedRequest[]> {
    return this.#wait('requests', this.requests, enough, timeout);
  }

  #wait<T>(
    what: string,
    items: readonly T[],
    enough: Enough<T>,
    timeout = DEFAULT_TIMEOUT,
  ): Promise<readonly T[]> {
    const satisfied = typeof enough === 'number' ? () => items.length >= enough : () => enough(items);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        settle();
      };
      const check = (): void => {
        try {
          if (satisfied()) finish(() => resolve([...items]));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = setTimeout(() => finish(() => reject(this.#late(what, enough, timeout))), timeout);
      this.#waiting.add(check);
      check();
    });
  }

  #late(what: string, enough: unknown, timeout: number): Error {
    const wanted = typeof enough === 'number' ? `${enough} ${what}` : `${what} for which ${String(enough)}`;
    const got = [
      `${this.requests.length} requests`,
      `${this.spans.length} spans (${this.spans.map((span) => span.name).join(', ')})`,
      `${this.metrics.length} metrics`,
      `${this.logs.length} log records`,
      `${this.malformed.length} malformed (${this.malformed.join('; ')})`,
    ];
    return new Error(`No ${wanted} within ${timeout} ms. Got ${got.join(', ')}.`);
  }
}
