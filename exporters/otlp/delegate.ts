import type * as otlp from '@opentelemetry/otlp-exporter-base';
import type * as otlpHttp from '@opentelemetry/otlp-exporter-base/node-http';
import type * as otlpGrpc from '@opentelemetry/otlp-grpc-exporter-base';
import type * as transformer from '@opentelemetry/otlp-transformer';
import { type Host, type Signal, VERSION } from '../../src/core/index.ts';
import type { GrpcTarget } from './endpoint.ts';
import type { SignalSettings } from './settings.ts';
import { type Exported, OTLP_SIGNALS } from './signals.ts';
import type { TlsMaterial } from './tls.ts';

/** Prepended to the exporter's own. Source: OTLP exporter specification, "User Agent". */
const USER_AGENT = `signalbox/${VERSION}`;

/** The longest timeout that Node.js timers know (24 days) stands for "no limit". */
const NO_LIMIT = 2_147_483_647;

/** Requests under way at once, as upstream has it. */
const CONCURRENCY = 30;

/**
 * What carries one signal to its backend: the official implementation of the protocol, with every
 * option given, so that it reads nothing from the environment.
 */
export function createDelegate<S extends Signal>(
  signal: S,
  settings: SignalSettings,
  tls: TlsMaterial,
  host: Pick<Host, 'load'>,
): otlp.IOtlpExportDelegate<Exported[S]> {
  const shared = {
    timeoutMillis: settings.timeout || NO_LIMIT,
    concurrencyLimit: CONCURRENCY,
    compression: settings.compression,
    userAgent: USER_AGENT,
  };
  return typeof settings.target === 'string'
    ? httpDelegate(signal, settings.target, settings, tls, shared, host)
    : grpcDelegate(signal, settings.target, settings, tls, shared, host);
}

type Shared = otlp.OtlpSharedConfiguration & { readonly userAgent: string };

function httpDelegate<S extends Signal>(
  signal: S,
  url: string,
  { protocol, headers }: SignalSettings,
  tls: TlsMaterial,
  shared: Shared,
  host: Pick<Host, 'load'>,
): otlp.IOtlpExportDelegate<Exported[S]> {
  const { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } = host.load<typeof otlpHttp>(
    '@opentelemetry/otlp-exporter-base/node-http',
  );
  const from = host.load<typeof transformer>('@opentelemetry/otlp-transformer');
  const { item, protobuf, json, counter } = OTLP_SIGNALS[signal];
  const isJson = protocol === 'http/json';
  const contentType = isJson ? 'application/json' : 'application/x-protobuf';
  return createOtlpHttpExportDelegate(
    {
      ...shared,
      url,
      headers: async () => ({ ...headers, 'content-type': contentType }),
      agentFactory: httpAgentFactoryFromOptions({ keepAlive: true, ...tls }),
    },
    (isJson ? json : protobuf)(from),
    `otlp_http${isJson ? '_json' : ''}_${item}_exporter`,
    counter(from),
    undefined,
  );
}

function grpcDelegate<S extends Signal>(
  signal: S,
  { address, secure, credentials }: GrpcTarget,
  { headers }: SignalSettings,
  tls: TlsMaterial,
  shared: Shared,
  host: Pick<Host, 'load'>,
): otlp.IOtlpExportDelegate<Exported[S]> {
  const grpc = host.load<typeof otlpGrpc>('@opentelemetry/otlp-grpc-exporter-base');
  const from = host.load<typeof transformer>('@opentelemetry/otlp-transformer');
  const { item, service, protobuf, counter } = OTLP_SIGNALS[signal];
  const metadata = () => {
    const entries = grpc.createEmptyMetadata();
    if (credentials) entries.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    for (const [name, value] of Object.entries(headers)) entries.set(name, value);
    return entries;
  };
  const channel = secure
    ? () => grpc.createSslCredentials(tls.ca, tls.key, tls.cert)
    : () => grpc.createInsecureCredentials();
  return grpc.createOtlpGrpcExportDelegate(
    { ...shared, url: address, metadata, credentials: channel },
    protobuf(from),
    `otlp_grpc_${item}_exporter`,
    counter(from),
    undefined,
    `${signal}Export`,
    `/opentelemetry.proto.collector.${service}/Export`,
  );
}
