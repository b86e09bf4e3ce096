import type { Outcome } from '../../src/core/index.ts';
import type { OtlpTransport } from './transport.ts';

interface Link {
  readonly transport: OtlpTransport;
  underWay: number;
  isOld: boolean;
}

/**
 * A transport that can be made anew, e.g. with other certificates: the next request takes the new
 * one, and the old one is closed when its last request is answered.
 */
export class RenewableTransport implements OtlpTransport {
  private link: Link;
  private isShut = false;

  constructor(private readonly make: () => OtlpTransport) {
    this.link = { transport: make(), underWay: 0, isOld: false };
  }

  async send(body: Uint8Array, timeout: number, more?: Readonly<Record<string, string>>): Promise<Outcome> {
    const { link } = this;
    // Whoever had to wait for credentials may come too late: nobody would close the new connection.
    if (this.isShut) return { kind: 'retry', reason: 'shut down' };
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
    this.link = { transport: this.make(), underWay: 0, isOld: false };
    old.isOld = true;
    closeIfIdle(old);
  }

  shutdown(): void {
    this.isShut = true;
    this.link.transport.shutdown();
  }
}

function closeIfIdle({ transport, underWay }: Link): void {
  if (underWay === 0) transport.shutdown();
}
