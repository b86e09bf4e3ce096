import type { Parsed, Signal, ValueType } from '../../src/core/index.ts';

/** The three ways of OTLP over the wire. */
export type OtlpProtocol = 'grpc' | 'http/protobuf' | 'http/json';

const SCHEMES = ['http', 'https', 'unix'];
const HAS_SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * `http://…`, `https://…`, or `host:port`; for gRPC also `unix:///…`. A text without scheme stays
 * without, since what it then means depends on the protocol.
 */
export function endpoint(): ValueType<string> {
  return {
    name: 'URL',
    accepts: 'a URL with http:// or https://, or host:port',
    parse(input): Parsed<string> {
      const scheme = HAS_SCHEME.exec(input)?.[1]?.toLowerCase();
      if (scheme !== undefined && !SCHEMES.includes(scheme)) return { problem: `has the scheme "${scheme}"` };
      if (scheme === 'unix') return { value: input };
      // `http//host` is a URL with a slip, not a host called `http`.
      if (scheme === undefined && input.includes('//')) return { problem: 'is not a URL' };
      const url = parseUrl(scheme === undefined ? `http://${input}` : input);
      return url?.hostname ? { value: input } : { problem: 'is not a URL' };
    },
    format: withoutCredentials,
  };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The endpoint as it may be shown: without user, password and query. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, '');
}

/** The endpoint where nothing is set. Source: OTLP exporter specification, "Configuration options". */
export function defaultEndpoint(protocol: OtlpProtocol): string {
  return protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318';
}

/**
 * The URL that an HTTP exporter sends to. The general endpoint gets the signal's path appended, an
 * endpoint of one signal is used as it is. Source: OTLP exporter specification, "Endpoint URLs for OTLP/HTTP".
 */
export function httpUrl(text: string, signal: Signal, isGeneral: boolean): string {
  const url = new URL(HAS_SCHEME.test(text) ? text : `http://${text}`);
  if (isGeneral) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url.href;
}

/** Where a gRPC exporter connects to. */
export interface GrpcTarget {
  /** In the form of grpc-js: `host:port`, or `unix:///path`. */
  readonly address: string;
  readonly secure: boolean;
  /** The part of the endpoint that gRPC has no use for. */
  readonly ignoredPath?: string;
  /** `user:password` of the endpoint, decoded. */
  readonly credentials?: string;
}

/**
 * The scheme decides about TLS; `insecure` counts only where there is none.
 * Source: OTLP exporter specification, "Configuration options", Insecure.
 */
export function grpcTarget(text: string, insecure: boolean): GrpcTarget {
  const scheme = HAS_SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'unix') return { address: text, secure: false };
  const secure = scheme === undefined ? !insecure : scheme === 'https';
  const url = new URL(`${secure ? 'https' : 'http'}://${text.replace(HAS_SCHEME, '')}`);
  const credentials = decodeURIComponent(url.password ? `${url.username}:${url.password}` : url.username);
  return {
    address: `${url.hostname}:${url.port || (secure ? 443 : 80)}`,
    secure,
    ...(url.pathname === '/' ? {} : { ignoredPath: url.pathname }),
    ...(credentials ? { credentials } : {}),
  };
}
