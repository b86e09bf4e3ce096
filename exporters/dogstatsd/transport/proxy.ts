import type { AgentConnection } from '../../datadog-agent/index.ts';
import { type DatagramTransport, LARGE_BYTES } from './transport.ts';

/** The Agent has no DogStatsD proxy. */
export class NoProxyError extends Error {
  override readonly name = 'NoProxyError';
}

/** DogStatsD through the HTTP port or socket of the trace Agent. */
export class ProxyTransport implements DatagramTransport {
  readonly maxBytes = LARGE_BYTES;

  constructor(private readonly agent: Pick<AgentConnection, 'request' | 'close'>) {}

  async send(datagram: Uint8Array, background = false): Promise<void> {
    const path = '/dogstatsd/v2/proxy';
    const headers = { 'Content-Type': 'text/plain' };
    const { status } = await this.agent.request({
      method: 'POST',
      path,
      headers,
      body: datagram,
      background,
    });
    if (status === 404) throw new NoProxyError('the Agent has no DogStatsD proxy');
    if (status < 200 || status > 299) throw new Error(`HTTP ${status}`);
  }

  close(): void {
    this.agent.close();
  }
}
