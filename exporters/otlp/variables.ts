import {
  boolean,
  duration,
  keyValues,
  oneOf,
  path,
  type Signal,
  text,
  type Variable,
  variable,
} from '../../src/core/index.ts';
import { endpoint, type OtlpProtocol } from './endpoint.ts';
import { PROXY_VARIABLES } from './proxy.ts';

const PROTOCOLS: readonly OtlpProtocol[] = ['grpc', 'http/protobuf', 'http/json'];

/** The settings that exist once for all signals and once for each. */
export interface OtlpValues {
  endpoint: string;
  protocol: OtlpProtocol;
  headers: Readonly<Record<string, string>>;
  headersFile: string;
  credentials: string;
  timeout: number;
  compression: Compression;
  insecure: boolean;
  certificate: string;
  clientCertificate: string;
  clientKey: string;
}

/** A variable for each of them. */
export type OtlpVariables = { readonly [K in keyof OtlpValues]: Variable<OtlpValues[K]> };

/** How requests are packed. */
export type Compression = 'gzip' | 'none';

/** What counts where neither the general setting nor the signal's own is set; the timeout in milliseconds. */
export const DEFAULTS = {
  protocol: 'http/protobuf',
  timeout: 10_000,
  compression: 'none',
  insecure: false,
} as const;

/** Source: OTLP exporter specification, "Configuration options". */
function otlpVariables(signal?: Signal): OtlpVariables {
  const of = signal === undefined ? '' : ` of ${signal}`;
  const general = signal === undefined;
  const common = (suffix: string, key: string, doc: string) => ({
    name: `OTEL_EXPORTER_OTLP_${general ? '' : `${signal.toUpperCase()}_`}${suffix}`,
    topic: general ? 'OTLP' : `OTLP: ${signal} only`,
    yaml: `exporter.otlp.${general ? '' : `${signal}.`}${key}`,
    doc: general ? doc : `The same for ${signal} only; wins over the general setting.`,
    ...(general ? {} : { own: true }),
  });
  return {
    endpoint: variable({
      ...common('ENDPOINT', 'endpoint', ENDPOINT_DOC),
      ...(general
        ? {}
        : { doc: `Where${of} go. Used as it is: for HTTP it includes the path, e.g. /v1/${signal}.` }),
      type: endpoint(),
      own: 'address',
    }),
    protocol: variable({
      ...common('PROTOCOL', 'protocol', 'How data is sent: `grpc`, `http/protobuf` or `http/json`.'),
      type: oneOf(PROTOCOLS),
      ...(general ? { default: DEFAULTS.protocol } : {}),
    }),
    headers: variable({
      ...common('HEADERS', 'headers', 'Headers of each request (gRPC: metadata), e.g. an API key.'),
      ...(general
        ? {}
        : { doc: `More headers for ${signal}; one of the same name wins over the general one.` }),
      type: keyValues(),
      secret: true,
    }),
    ...dynamicHeaders(signal),
    timeout: variable({
      ...common(
        'TIMEOUT',
        'timeout_ms',
        'How long one request may take with its retries, in milliseconds; 0 for no limit.',
      ),
      type: duration(),
      ...(general ? { default: DEFAULTS.timeout } : {}),
    }),
    compression: variable({
      ...common(
        'COMPRESSION',
        'compression',
        'How requests are packed: `gzip` or `none`. Over HTTP those below 1 KB never are.',
      ),
      type: oneOf<Compression>(['gzip', 'none']),
      ...(general ? { default: DEFAULTS.compression } : {}),
    }),
    insecure: variable({
      ...common(
        'INSECURE',
        'tls.insecure',
        'gRPC without TLS; only for an endpoint without http:// or https://, which decide otherwise.',
      ),
      type: boolean(),
      own: true,
      ...(general ? { default: DEFAULTS.insecure } : {}),
    }),
    ...tlsFiles(common),
  };
}

/** Ours: headers that can change while the process runs. */
function dynamicHeaders(signal?: Signal) {
  const common = (suffix: string, key: string, doc: string) => ({
    name: `SIGNALBOX_OTLP_${signal === undefined ? '' : `${signal.toUpperCase()}_`}${suffix}`,
    topic: signal === undefined ? 'OTLP' : `OTLP: ${signal} only`,
    yaml: `exporter.otlp.${signal === undefined ? '' : `${signal}.`}${key}`,
    doc,
  });
  return {
    headersFile: variable({
      ...common(
        'HEADERS_FILE',
        'headers_file',
        signal === undefined
          ? 'File with headers of each request, one `name=value` or `Name: value` per line, or a directory with a file for each, as secrets of Docker and Kubernetes are mounted. Read again when it changes or the headers are refused. Its headers win over `OTEL_EXPORTER_OTLP_HEADERS`.'
          : `The same with more headers for ${signal}; one of the same name wins over the general one.`,
      ),
      type: path(),
      own: true,
    }),
    credentials: variable({
      ...common(
        'CREDENTIALS',
        'credentials',
        signal === undefined
          ? 'Name of a plug-in made with `defineCredentials`, which fetches headers of each request, such as a token that expires.'
          : `The same for ${signal} only; wins over the general setting.`,
      ),
      type: text('the name of a plug-in'),
      own: true,
    }),
  };
}

const ENDPOINT_DOC =
  'Where telemetry goes: http://localhost:4318 by default, http://localhost:4317 for gRPC. For HTTP, /v1/traces, /v1/metrics and /v1/logs are appended.';

type Common = (suffix: string, key: string, doc: string) => Pick<Variable<string>, 'name' | 'topic' | 'doc'>;

function tlsFiles(common: Common) {
  return {
    certificate: variable({
      ...common(
        'CERTIFICATE',
        'tls.ca_cert',
        "File with the CA certificates (PEM) to trust, in place of Node.js's own.",
      ),
      type: path(),
      own: true,
    }),
    clientCertificate: variable({
      ...common(
        'CLIENT_CERTIFICATE',
        'tls.client_cert',
        'File with the client certificate (PEM) for mutual TLS.',
      ),
      type: path(),
      own: true,
    }),
    clientKey: variable({
      ...common('CLIENT_KEY', 'tls.client_key', 'File with the private key (PEM) of the client certificate.'),
      type: path(),
      secret: true,
    }),
  };
}

export const GENERAL = otlpVariables();

export const PER_SIGNAL: Readonly<Record<Signal, OtlpVariables>> = {
  traces: otlpVariables('traces'),
  metrics: otlpVariables('metrics'),
  logs: otlpVariables('logs'),
};

/** How sums and histograms are sent. */
export type Temporality = 'cumulative' | 'delta' | 'lowmemory';

/** How histograms are kept. */
export type HistogramAggregation = 'explicit_bucket_histogram' | 'base2_exponential_bucket_histogram';

export const TEMPORALITY = variable<Temporality>({
  name: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
  type: oneOf(['cumulative', 'delta', 'lowmemory']),
  default: 'cumulative',
  topic: 'OTLP: metrics only',
  yaml: 'exporter.otlp.metrics.temporality_preference',
  doc: 'Whether counters and histograms are sent as totals (`cumulative`) or as differences (`delta`); `lowmemory` is delta only where that saves memory.',
});

export const HISTOGRAM = variable<HistogramAggregation>({
  name: 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
  type: oneOf(['explicit_bucket_histogram', 'base2_exponential_bucket_histogram']),
  default: 'explicit_bucket_histogram',
  topic: 'OTLP: metrics only',
  yaml: 'exporter.otlp.metrics.default_histogram_aggregation',
  doc: 'How histograms are kept where no view says otherwise.',
});

export const INSECURE_CREDENTIALS = variable({
  name: 'SIGNALBOX_INSECURE_CREDENTIALS',
  type: boolean(),
  default: false,
  topic: 'OTLP',
  own: true,
  yaml: 'exporter.otlp.insecure_credentials',
  doc: 'Send API keys also where they are not encrypted: over http:// or plain gRPC to another machine.',
});

export const OTLP_VARIABLES = [
  INSECURE_CREDENTIALS,
  ...PROXY_VARIABLES,
  ...Object.values(GENERAL),
  ...Object.values(PER_SIGNAL).flatMap((variables) => Object.values(variables)),
  TEMPORALITY,
  HISTOGRAM,
];
