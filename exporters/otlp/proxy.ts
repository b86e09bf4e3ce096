import { type EnvReader, type Report, text, type Variable, variable } from '../../src/core/index.ts';
import { isLoopback } from './exposure.ts';

const topic = 'OTLP';

function proxyVariable(name: string, doc: string, secret: boolean): Variable<string> {
  return variable({ name, aliases: [name.toLowerCase()], type: text(), topic, doc, secret });
}

export const PROXY_VARIABLES = [
  proxyVariable(
    'HTTP_PROXY',
    'Proxy for OTLP over http://, except to this machine. gRPC has it from grpc-js, in lower case.',
    true,
  ),
  proxyVariable('HTTPS_PROXY', 'Proxy for OTLP over https://, except to this machine.', true),
  proxyVariable(
    'NO_PROXY',
    'Hosts that no proxy is used for, with a comma between them; `*` for all.',
    false,
  ),
] as const;

/** Since when `http.Agent` takes `proxyEnv`. Source: Node.js documentation, `http.Agent`. */
const SINCE: Readonly<Record<number, number>> = { 22: 21, 24: 5 };

/** True if this Node.js can send through a proxy. */
export function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || minor >= (SINCE[major] ?? Number.POSITIVE_INFINITY);
}

/** The proxy variables for requests to this URL; undefined if there is no proxy for it. */
export function proxyFor(
  url: string,
  env: EnvReader,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const { protocol, hostname } = new URL(url);
  const [http, https] = PROXY_VARIABLES;
  const own = protocol === 'https:' ? https : http;
  if (env.get(own) === undefined || isLoopback(hostname)) return undefined;
  if (!knowsProxies(process.versions.node)) {
    report({
      code: 'CFG012',
      source: env.sourceOf(own),
      message: `Node.js ${process.versions.node} cannot use a proxy`,
      expected: 'Node.js 24.5 or 22.21, or later',
      used: 'sending OTLP without it',
    });
    return undefined;
  }
  const values = PROXY_VARIABLES.map((variable) => [variable.name, env.get(variable)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, string>;
}
