import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Host } from '../../src/core/index.ts';
import { agentUrl, entityHeaders, readEntity } from '../datadog-agent/index.ts';
import { DogStatsDMetricExporter, dogStatsDUrl } from '../dogstatsd/index.ts';
import type { DatadogSettings } from './component.ts';
import { DatadogTraceExporter } from './trace-exporter.ts';

/** Traces over the Agent's own protocol. */
export function traceExporter(settings: DatadogSettings, host: Host): DatadogTraceExporter {
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

/** Metrics over DogStatsD. */
export function metricExporter(settings: DatadogSettings, host: Host): DogStatsDMetricExporter {
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
