import type * as prometheus from '@opentelemetry/exporter-prometheus';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { defineComponent, type Host, integer, type Problem, text, variable } from '../../src/core/index.ts';
import { METRICS_PATH, ScrapeServer } from './scrape-server.ts';

const topic = 'Prometheus exporter';

const HOST = variable({
  name: 'OTEL_EXPORTER_PROMETHEUS_HOST',
  type: text('a host name or an address'),
  default: 'localhost',
  own: 'address',
  topic,
  yaml: 'exporter.prometheus.host',
  doc: 'Where the Prometheus exporter listens; `0.0.0.0` for all interfaces.',
});

const PORT = variable({
  name: 'OTEL_EXPORTER_PROMETHEUS_PORT',
  type: integer({ min: 0, max: 65_535 }),
  default: 9_464,
  own: 'address',
  topic,
  yaml: 'exporter.prometheus.port',
  doc: 'The port on which metrics can be fetched from /metrics; 0 for any free one.',
});

interface PrometheusSettings {
  readonly host: string;
  readonly port: number;
  /** Which setting is to blame if the server cannot listen. */
  readonly source: string;
}

/** Metrics to be fetched by Prometheus. */
export const prometheusExporter = defineComponent({
  kind: 'exporter',
  name: 'prometheus',
  stability: 'stable',
  doc: 'Serves metrics for Prometheus to fetch.',
  signals: ['metrics'],
  variables: [HOST, PORT],
  fromEnv: (env): PrometheusSettings => ({
    host: env.get(HOST),
    port: env.get(PORT),
    source: env.sourceOf(PORT),
  }),
  create: (settings, host) => ({
    metrics: () => createReader(settings, host),
    describe: () => `http://${settings.host}:${settings.port}${METRICS_PATH}`,
  }),
});

function createReader({ host: hostname, port, source }: PrometheusSettings, host: Host): IMetricReader {
  const { PrometheusExporter } = host.load<typeof prometheus>('@opentelemetry/exporter-prometheus');
  // Its own server cannot listen on port 0, would hold the process for open scrapes, and is traced.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const server = new ScrapeServer((request, response) => reader.getMetricsRequestHandler(request, response));
  server.listen(port, hostname).then(
    (actual) => {
      const message = `prometheus: metrics at http://${hostname}:${actual}${METRICS_PATH}`;
      // With a fixed port it is no news.
      if (port === 0) host.log.info(message);
      else host.log.debug(message);
    },
    (error: NodeJS.ErrnoException) => host.report(cannotListen(`${hostname}:${port}`, error, source)),
  );
  return closingWith(reader, server);
}

function cannotListen(address: string, { code, message }: NodeJS.ErrnoException, source: string): Problem {
  const reason = code === 'EADDRINUSE' ? 'the port is in use' : (code ?? message);
  return {
    code: 'CMP001',
    source,
    message: `cannot listen on ${address} (${reason})`,
    used: 'serving no metrics for Prometheus',
  };
}

/** The reader, whose shutdown also closes the server; it may come twice. */
function closingWith(reader: IMetricReader, server: ScrapeServer): IMetricReader {
  const shutdown = reader.shutdown.bind(reader);
  let closing: Promise<void> | undefined;
  reader.shutdown = (options) => {
    closing ??= server.close().then(() => shutdown(options));
    return closing;
  };
  return reader;
}
