import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { errorMessage, type Host, type Outcome } from '../../src/core/index.ts';
import {
  countDataPoints,
  type Destination,
  describeFailure,
  isTransient,
  type RemoteTransport,
} from '../delivery/index.ts';
import { packDatagrams, unpackDatagrams } from './frames.ts';

/** What makes datagrams and sends them. */
export interface DatagramPort {
  encode(metrics: ResourceMetrics): Buffer[];
  /** Sends one once. @throws if it certainly did not arrive, or nobody said that it did */
  sendDatagram(datagram: Uint8Array): Promise<void>;
  /** Turns to another address if this error says that there will never be an answer here. */
  fallBack(error: unknown): boolean;
  close(): void;
}

/**
 * DogStatsD as delivery sees it. Counts are sums of an interval, so a datagram that may have arrived is
 * never sent again: a batch is tried again only if not one of its datagrams was taken and the network
 * says so. Else the lost ones count as refused, in points by their share of the datagrams.
 */
export class DogStatsDDestination implements Destination<'metrics'> {
  constructor(
    private readonly port: DatagramPort,
    private readonly host: Pick<Host, 'after'>,
    readonly remote?: RemoteTransport,
  ) {}

  encode(metrics: ResourceMetrics): Uint8Array {
    return packDatagrams(countDataPoints(metrics), this.port.encode(metrics));
  }

  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const { points, datagrams } = unpackDatagrams(body);
    const attempt = new Attempt(this.port, datagrams);
    await withinTime(attempt.run(), timeout, this.host, () => attempt.stop(timeout));
    const { sent, error } = attempt;
    if (sent === datagrams.length) return { kind: 'delivered' };
    if (sent === 0 && this.port.fallBack(error)) return { kind: 'retry', after: 0, reason: 'no proxy here' };
    const reason = describeFailure(error);
    if (sent > 0) {
      const rejected = Math.ceil((points * (datagrams.length - sent)) / datagrams.length);
      return { kind: 'delivered', rejected, reason };
    }
    return { kind: isTransient(error) && !isUnclear(error) ? 'retry' : 'rejected', reason };
  }

  async shutdown(): Promise<void> {
    this.port.close();
  }
}

/** One way through the datagrams of a body, which can be stopped. */
class Attempt {
  sent = 0;
  error: unknown;
  private stopped = false;

  constructor(
    private readonly port: DatagramPort,
    private readonly datagrams: readonly Uint8Array[],
  ) {}

  async run(): Promise<void> {
    for (const datagram of this.datagrams) {
      try {
        await this.port.sendDatagram(datagram);
        if (this.stopped) return;
        this.sent++;
      } catch (error) {
        if (this.stopped) return;
        this.error = error;
        // The others would find nobody either.
        if (this.sent === 0 && (isTransient(error) || isUnclear(error))) return;
      }
    }
  }

  stop(timeout: number): void {
    this.stopped = true;
    this.error = new Error(`not all datagrams were taken within ${timeout} ms`);
  }
}

/** True for an error after which the other side may have taken the datagram. */
function isUnclear(error: unknown): boolean {
  return /ECONNRESET|EPIPE|ETIMEDOUT/.test(
    `${(error as NodeJS.ErrnoException)?.code} ${errorMessage(error)}`,
  );
}

/** Waits for work, but no longer than `timeout` ms (0 for no limit); then it calls `late`. */
async function withinTime(
  work: Promise<void>,
  timeout: number,
  host: Pick<Host, 'after'>,
  late: () => void,
): Promise<void> {
  if (timeout === 0) return work;
  await new Promise<void>((resolve) => {
    const timer = host.after(timeout, () => {
      late();
      resolve();
    });
    void work.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
