/** Where DogStatsD listens by default. Source: Datadog Agent. */
const DEFAULT_SOCKET = '/var/run/datadog/dsd.socket';
const DEFAULT_PORT = 8125;

/** What the user said about the address of DogStatsD and of the trace Agent. */
export interface DogStatsDAddress {
  readonly url?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
  readonly agentUrl?: string | undefined;
  readonly agentHost?: string | undefined;
}

/** Where to send, and where else if the first knows no DogStatsD proxy. */
export interface DogStatsDTarget {
  readonly url: string;
  readonly fallbackUrl?: string;
}

/**
 * The URL of DogStatsD: the URL given; else host or port given, over UDP; else the URL of the trace
 * Agent, through its proxy, with UDP as fallback; else the Agent's host; else the default Unix socket
 * if it is there and can be used; else UDP to this machine.
 * Source: dd-trace, order of `DD_DOGSTATSD_*`, `DD_TRACE_AGENT_URL` and `DD_AGENT_HOST`.
 */
export function dogStatsDUrl(
  address: DogStatsDAddress,
  exists: (path: string) => boolean,
  canLoad: (module: string) => boolean,
): DogStatsDTarget {
  const { url, hostname, port, agentUrl, agentHost } = address;
  if (url) return { url };
  const udp = udpUrl(hostname ?? agentHost ?? hostOf(agentUrl), port);
  if (hostname !== undefined || port !== undefined) return { url: udp };
  if (agentUrl) return { url: proxyUrl(agentUrl), fallbackUrl: udp };
  if (agentHost === undefined && exists(DEFAULT_SOCKET) && canLoad('unix-dgram')) {
    return { url: `unix://${DEFAULT_SOCKET}` };
  }
  return { url: udp };
}

/** The URL that stands for the proxy of a trace Agent: a socket of the Agent speaks HTTP. */
function proxyUrl(agentUrl: string): string {
  return agentUrl.startsWith('unix://') ? `http+${agentUrl}` : agentUrl;
}

function udpUrl(host = '127.0.0.1', port = DEFAULT_PORT): string {
  return `udp://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

function hostOf(url: string | undefined): string | undefined {
  return url && !url.startsWith('unix://') ? new URL(url).hostname : undefined;
}
