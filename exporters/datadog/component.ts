import { existsSync } from 'node:fs';
import { type Component, defineComponent, type EnvReader, loadPart } from '../../src/core/index.ts';
import { agentUrl, describeAddress } from '../datadog-agent/index.ts';
import { datadogLogFields } from './log-fields.ts';
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

/** What encodes and sends: only a process with a Datadog Agent needs it. */
const create = (): typeof import('./create.ts') =>
  loadPart<typeof import('./create.ts')>(import.meta.url, './create.ts');

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
      traces: () => create().traceExporter(settings, host),
      metrics: () => create().metricExporter(settings, host),
      ...(settings.logsInjection
        ? { logFields: (service) => datadogLogFields(service, settings.logTraceId128) }
        : {}),
      describe: () => `Datadog Agent at ${describeAddress(agentUrl(settings, existsSync))}`,
    };
  },
});
