import type { Outcome } from '../../src/core/index.ts';
import type { OtlpTransport } from './transport.ts';

interface Link {
  readonly transport: OtlpTransport;
  underWay: number;
  isOld: boolean;
}

/**
 * A transport that can be made anew, e.g. with other certificates: the next request takes the new
 * one, and the old one is closed when its last request is answered. Made for the first request, since
 * what it loads takes time that a start is better without.
 */
export class RenewableTransport implements OtlpTransport {
  private link: Link | undefined;
  private isShut = false;

  constructor(private readonly make: () => OtlpTransport) {}

  async send(body: Uint8Array, timeout: number, more?: Readonly<Record<string, string>>): Promise<Outcome> {
    // Whoever had to wait for credentials may come too late: nobody would close the new connection.
    if (this.isShut) return { kind: 'retry', reason: 'shut down' };
    this.link ??= { transport: this.make(), underWay: 0, isOld: false };
    const { link } = this;
    link.underWay++;
    try {
      return await link.transport.send(body, timeout, more);
    } finally {
      link.underWay--;
      if (link.isOld) closeIfIdle(link);
    }
  }

  renew(): void {
    const old = this.link;
    if (!old) return;
    this.link = undefined;
    old.isOld = true;
    closeIfIdle(old);
  }

  shutdown(): void {
    this.isShut = true;
    this.link?.transport.shutdown();
  }
}

function closeIfIdle({ transport, underWay }: Link): void {
  if (underWay === 0) transport.shutdown();
}
