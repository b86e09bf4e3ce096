import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Component, defineComponent, type EnvReader, type Host } from '../../src/core/index.ts';
import { agentUrl, describeAddress, entityHeaders, readEntity } from '../datadog-agent/index.ts';
import { DogStatsDMetricExporter, dogStatsDUrl } from '../dogstatsd/index.ts';
import { datadogLogFields } from './log-fields.ts';
import { DatadogTraceExporter } from './trace-exporter.ts';
import * as v from './variables.ts';

function readSettings(env: EnvReader) {
  return {
    url: env.get(v.AGENT_URL),
    hostname: env.get(v.AGENT_HOST),
    port: env.get(v.AGENT_PORT),
    timeout: env.get(v.TIMEOUT),
    naming: env.get(v.NAMING),
    dropUnsampled: env.get(v.DROP_UNSAMPLED),
    maxChunkSpans: env.get(v.PARTIAL_FLUSH),
    ownHostname: env.get(v.HOSTNAME),
    reportHostname: env.get(v.REPORT_HOSTNAME),
    externalEnv: env.get(v.EXTERNAL_ENV),
    entityId: env.get(v.ENTITY_ID),
    cardinality: env.get(v.CARDINALITY),
    aggregates: env.get(v.HISTOGRAM_AGGREGATES),
    timestamps: env.get(v.TIMESTAMPS),
    logsInjection: env.get(v.LOGS_INJECTION),
    logTraceId128: env.get(v.LOG_TRACE_ID_128),
    dogstatsd: {
      url: env.get(v.DOGSTATSD_URL),
      hostname: env.get(v.DOGSTATSD_HOST),
      port: env.get(v.DOGSTATSD_PORT),
    },
  };
}

/** The settings of the `datadog` exporter. */
export type DatadogSettings = ReturnType<typeof readSettings>;

function traceExporter(settings: DatadogSettings, host: Host): DatadogTraceExporter {
  const { timeout, naming, dropUnsampled, maxChunkSpans, externalEnv } = settings;
  return new DatadogTraceExporter({
    url: agentUrl(settings, existsSync),
    headers: entityHeaders(readEntity(), externalEnv),
    hostname: settings.ownHostname ?? (settings.reportHostname ? hostname() : undefined),
    timeout,
    naming,
    dropUnsampled,
    maxChunkSpans,
    rates: host.agentRates,
    host,
  });
}

function metricExporter(settings: DatadogSettings, host: Host): DogStatsDMetricExporter {
  const { timeout, externalEnv, entityId, cardinality, aggregates, timestamps } = settings;
  return new DogStatsDMetricExporter({
    ...dogStatsDUrl(
      { ...settings.dogstatsd, agentUrl: settings.url, agentHost: settings.hostname },
      existsSync,
      (module) => canLoad(host, module),
    ),
    timeout,
    origin: { containerId: readEntity().entityId, externalEnv, cardinality, podUid: entityId },
    aggregates,
    timestamps,
    host,
  });
}

function canLoad(host: Host, module: string): boolean {
  try {
    host.load(module);
    return true;
  } catch {
    return false;
  }
}

/** `datadog`: traces over the Agent's own protocol, metrics over DogStatsD. Logs have no such path. */
export const datadogExporter: Component<'exporter', DatadogSettings> = defineComponent({
  kind: 'exporter',
  name: 'datadog',
  stability: 'beta',
  doc: 'A Datadog Agent: traces over its own protocol, metrics over DogStatsD.',
  signals: ['traces', 'metrics'],
  variables: v.DATADOG_VARIABLES,
  fromEnv: readSettings,
  create(settings, host) {
    return {
      countsUnsampled: !settings.dropUnsampled,
      traces: () => traceExporter(settings, host),
      metrics: () => metricExporter(settings, host),
      ...(settings.logsInjection
        ? { logFields: (service) => datadogLogFields(service, settings.logTraceId128) }
        : {}),
      describe: () => `Datadog Agent at ${describeAddress(agentUrl(settings, existsSync))}`,
    };
  },
});
