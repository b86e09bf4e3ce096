import type { GrpcTarget } from './endpoint.ts';

/** Names of headers that carry a key. Others, such as a tenant's name, may travel in the clear. */
const KEY_LIKE =
  /auth|api-?key|access-?key|token|secret|password|credential|signature|cookie|honeycomb-team/i;

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[?::1\]?)$/i;

/** True for a host of this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** True if everybody on the way to the target could read what is sent. */
export function isExposed(target: string | GrpcTarget): boolean {
  if (typeof target === 'string') {
    const { protocol, hostname } = new URL(target);
    return protocol === 'http:' && !isLoopback(hostname);
  }
  if (target.secure || target.address.startsWith('unix:')) return false;
  return !isLoopback(target.address.replace(/:\d+$/, ''));
}

/** What was meant for the backend, without what would give keys away. */
export interface Guarded {
  readonly target: string | GrpcTarget;
  readonly headers: Readonly<Record<string, string>>;
  /** What was taken out, by name. */
  readonly withheld: readonly string[];
}

/** Takes the keys out of what would be sent in the clear to another machine. */
export function withholdKeys(
  target: string | GrpcTarget,
  headers: Readonly<Record<string, string>>,
): Guarded {
  if (!isExposed(target)) return { target, headers, withheld: [] };
  const withheld = Object.keys(headers).filter((name) => KEY_LIKE.test(name));
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !withheld.includes(name)));
  const bare = withoutUser(target);
  if (bare !== target) withheld.push('user and password of the endpoint');
  return { target: bare, headers: kept, withheld };
}

function withoutUser(target: string | GrpcTarget): string | GrpcTarget {
  if (typeof target !== 'string') {
    const { credentials, ...bare } = target;
    return credentials === undefined ? target : bare;
  }
  const url = new URL(target);
  if (url.username === '' && url.password === '') return target;
  url.username = '';
  url.password = '';
  return url.href;
}
