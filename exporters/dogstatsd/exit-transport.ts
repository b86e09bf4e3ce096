import type { Host, Outcome } from '../../src/core/index.ts';
import { AgentConnection } from '../datadog-agent/index.ts';
import { DogStatsDDestination } from './destination.ts';
import {
  type DatagramTransport,
  isNoProxy,
  ProxyTransport,
  proxyOf,
  UdpTransport,
} from './transport/index.ts';

/** What another thread sends with; plain data. */
export interface ExitDogStatsDSettings {
  /** `udp://host:port`, or the trace Agent's URL for its proxy. */
  readonly url: string;
  /** Used if the Agent has no proxy. */
  readonly fallbackUrl?: string;
  /** Milliseconds for one request to the proxy. */
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends metrics to DogStatsD in the thread that sends at the exit. */
export class ExitDogStatsD {
  private transport: DatagramTransport;
  private readonly destination: DogStatsDDestination;

  constructor(
    private readonly settings: ExitDogStatsDSettings,
    private readonly host: Pick<Host, 'after'>,
  ) {
    this.transport = this.open(settings.url);
    this.destination = new DogStatsDDestination(
      {
        encode: () => [],
        sendDatagram: (datagram) => this.transport.send(datagram),
        fallBack: (error) => this.fallBack(error),
        close: () => this.transport.close(),
      },
      host,
    );
  }

  /** Within `timeout` ms. Never rejects. */
  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const { transport } = this;
    const outcome = await this.destination.send(body, timeout);
    return transport === this.transport ? outcome : this.destination.send(body, timeout);
  }

  private fallBack(error: unknown): boolean {
    const { url, fallbackUrl } = this.settings;
    if (!isNoProxy(error) || fallbackUrl === undefined || fallbackUrl === url) return false;
    this.transport = this.open(fallbackUrl);
    return true;
  }

  private open(url: string): DatagramTransport {
    const { headers, timeout } = this.settings;
    const agentUrl = proxyOf(url);
    if (agentUrl === undefined) return new UdpTransport(url);
    return new ProxyTransport(new AgentConnection(agentUrl, headers, timeout, this.host));
  }
}
