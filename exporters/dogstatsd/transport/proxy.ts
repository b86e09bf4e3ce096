import type { Host } from '../../../src/core/index.ts';
import { AgentClient } from '../../datadog-agent/index.ts';
import { type DatagramTransport, LARGE_BYTES } from './transport.ts';

/** The Agent has no DogStatsD proxy. */
export class NoProxyError extends Error {
  override readonly name = 'NoProxyError';
}

/** DogStatsD through the HTTP port or socket of the trace Agent. */
export class ProxyTransport implements DatagramTransport {
  readonly maxBytes = LARGE_BYTES;
  private readonly client: AgentClient;

  /** @param url of the trace Agent */
  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    timeout: number,
    host: Pick<Host, 'after'>,
  ) {
    this.client = new AgentClient(url, { 'Content-Type': 'text/plain', ...headers }, timeout, host);
  }

  async send(datagram: Uint8Array, background = false): Promise<void> {
    const path = '/dogstatsd/v2/proxy';
    const { status } = await this.client.request({ method: 'POST', path, body: datagram, background });
    if (status === 404) throw new NoProxyError('the Agent has no DogStatsD proxy');
    if (status < 200 || status > 299) throw new Error(`HTTP ${status}`);
  }

  close(): void {
    this.client.close();
  }
}
