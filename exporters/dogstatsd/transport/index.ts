import { errorMessage, type Host } from '../../../src/core/index.ts';
import { AgentClient } from '../../datadog-agent/index.ts';
import { NoProxyError, ProxyTransport } from './proxy.ts';
import type { DatagramTransport } from './transport.ts';
import { UdpTransport } from './udp.ts';
import { UnixTransport } from './unix.ts';

export { ProxyTransport } from './proxy.ts';
export type { DatagramTransport } from './transport.ts';
export { UdpTransport } from './udp.ts';

export interface TransportOptions {
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: Pick<Host, 'after' | 'load' | 'log'>;
}

/**
 * The transport of a URL: `udp://`, `unix://` (datagrams), `http://`, `https://` or `http+unix://`
 * (the trace Agent's proxy). A Unix socket that cannot be used is reported, and UDP to this machine
 * is used instead.
 */
export function transportFor(url: string, { timeout, headers, host }: TransportOptions): DatagramTransport {
  const agentUrl = proxyOf(url);
  if (agentUrl !== undefined) return new ProxyTransport(new AgentClient(agentUrl, headers, timeout, host));
  if (!url.startsWith('unix:')) return new UdpTransport(url);
  try {
    return new UnixTransport(url.slice('unix://'.length), host);
  } catch (error) {
    const [reason] = errorMessage(error).split('\n');
    host.log.warn(
      `DogStatsD at ${url} needs the package unix-dgram (npm install unix-dgram), and it cannot be loaded: ${reason}; using UDP to 127.0.0.1:8125`,
    );
    return new UdpTransport('udp://127.0.0.1:8125');
  }
}

/** The trace Agent's URL, if the metrics go through its proxy. */
export function proxyOf(url: string): string | undefined {
  if (url.startsWith('http+unix://')) return url.slice('http+'.length);
  return /^https?:/.test(url) ? url : undefined;
}

/** True if another way is to be tried. */
export function isNoProxy(error: unknown): boolean {
  return error instanceof NoProxyError;
}
