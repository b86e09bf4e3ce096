/** Where an Agent listens by default. Source: Datadog Agent. */
export const DEFAULT_APM_SOCKET = '/var/run/datadog/apm.socket';
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8126;

/** What the user said about the address of the trace Agent. */
export interface AddressSettings {
  readonly url?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * The URL of the trace Agent: the URL given; else host and port given; else the default Unix socket
 * if it is there; else port 8126 of this machine.
 * Source: dd-trace, order of `DD_TRACE_AGENT_URL`, `DD_AGENT_HOST`, `DD_TRACE_AGENT_PORT`.
 */
export function agentUrl(settings: AddressSettings, exists: (path: string) => boolean): string {
  const { url, hostname, port } = settings;
  if (url) return url;
  if (hostname === undefined && port === undefined && exists(DEFAULT_APM_SOCKET)) {
    return `unix://${DEFAULT_APM_SOCKET}`;
  }
  const host = hostname ?? DEFAULT_HOST;
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`;
}

/** How to reach a URL with `node:http`: a socket path, or host and port, and what comes before paths. */
export type Target =
  | { readonly socketPath: string; readonly prefix: string; readonly secure: false }
  | { readonly host: string; readonly port: number; readonly prefix: string; readonly secure: boolean };

/** @throws TypeError if it is no URL */
export function targetOf(url: string): Target {
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length);
    // Windows: unix://./pipe/name is the pipe \\.\pipe\name.
    const socketPath = path.startsWith('./pipe/') ? `\\\\${path.replaceAll('/', '\\')}` : path;
    return { socketPath, prefix: '', secure: false };
  }
  const { protocol, hostname, port, pathname } = new URL(url);
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const prefix = pathname.replace(/\/+$/, '');
  return { host, port: Number(port) || (secure ? 443 : 80), prefix, secure };
}

/** The address for messages: no path of a URL, since it may hold a key. */
export function describeAddress(url: string): string {
  const target = targetOf(url);
  return 'socketPath' in target ? target.socketPath : `${target.host}:${target.port}`;
}
