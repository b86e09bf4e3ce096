import type * as otlp from '@opentelemetry/otlp-exporter-base';
import type * as otlpHttp from '@opentelemetry/otlp-exporter-base/node-http';
import type * as otlpGrpc from '@opentelemetry/otlp-grpc-exporter-base';
import type * as transformer from '@opentelemetry/otlp-transformer';
import { type Host, type Signal, VERSION } from '../../src/core/index.ts';
import type { GrpcTarget } from './endpoint.ts';
import { HttpTransport } from './http-transport.ts';
import type { SignalSettings } from './settings.ts';
import { type Exported, OTLP_SIGNALS } from './signals.ts';
import type { TlsMaterial } from './tls.ts';

/** Prepended to the exporter's own. Source: OTLP exporter specification, "User Agent". */
const USER_AGENT = `signalbox/${VERSION}`;
const HTTP_USER_AGENT = `${USER_AGENT} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** What carrying a signal needs of the host. */
type OtlpHost = Pick<Host, 'after' | 'clock' | 'load'>;

/** A day stands for "no limit": grpc-js cannot count to the longest delay of a Node.js timer. */
const NO_LIMIT = 86_400_000;

/** Requests under way at once, as upstream has it. */
const CONCURRENCY = 30;

/**
 * What carries one signal to its backend: the official implementation of OTLP, with every option
 * given, so that it reads nothing from the environment; over HTTP with a transport of our own.
 */
export function createDelegate<S extends Signal>(
  signal: S,
  settings: SignalSettings,
  tls: TlsMaterial,
  host: OtlpHost,
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
  { protocol, headers, compression }: SignalSettings,
  tls: TlsMaterial,
  shared: Shared,
  host: OtlpHost,
): otlp.IOtlpExportDelegate<Exported[S]> {
  const { createOtlpNetworkExportDelegate } = host.load<typeof otlp>('@opentelemetry/otlp-exporter-base');
  const { createOtlpHttpExporterMetrics } = host.load<typeof otlpHttp>(
    '@opentelemetry/otlp-exporter-base/node-http',
  );
  const from = host.load<typeof transformer>('@opentelemetry/otlp-transformer');
  const { item, protobuf, json, counter } = OTLP_SIGNALS[signal];
  const isJson = protocol === 'http/json';
  const name = `otlp_http${isJson ? '_json' : ''}_${item}_exporter`;
  const contentType = isJson ? 'application/json' : 'application/x-protobuf';
  const allHeaders = { ...headers, 'user-agent': HTTP_USER_AGENT, 'content-type': contentType };
  return createOtlpNetworkExportDelegate(
    shared,
    (isJson ? json : protobuf)(from),
    createOtlpHttpExporterMetrics(name, counter(from), url, undefined),
    new HttpTransport({ url, headers: allHeaders, compression, tls }, host),
  );
}

function grpcDelegate<S extends Signal>(
  signal: S,
  { address, secure, credentials }: GrpcTarget,
  { headers }: SignalSettings,
  tls: TlsMaterial,
  shared: Shared,
  host: OtlpHost,
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
