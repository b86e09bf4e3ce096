import type * as Yaml from 'yaml';
import { loadModule } from '../../src/core/index.ts';
import type { SamplingConfig } from '../read-sampling.ts';
import type { Rule } from '../rules/rule.ts';
import { type Finding, toPolicies } from './collector-export.ts';

/** What goes into the Collector configuration beside the rules. */
export interface CollectorOptions {
  readonly buffer: SamplingConfig['buffer'];
  /** `hash_salt`. Default `signalbox`. */
  readonly salt?: string;
  /** Host name under which the sampling tier's instances are found (`loadbalancing`, DNS resolver). */
  readonly samplerHost?: string;
  /** Where the sampling tier sends. Default `backend:4317`. */
  readonly endpoint?: string;
}

/** Two Collector configurations and what is inexact about them. */
export interface CollectorExport {
  /** First tier: brings all spans of a trace to one instance of the second. */
  readonly balancer: string;
  /** Second tier: decides by the rules. */
  readonly sampler: string;
  readonly findings: readonly Finding[];
}

const RECEIVERS = {
  otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } },
};

/** The rules as configuration of the OpenTelemetry Collector (contrib), for a fleet. */
export function exportCollector(rules: readonly Rule[], options: CollectorOptions): CollectorExport {
  const { policies, findings } = toPolicies(rules, options.salt);
  const { buffer, samplerHost = 'otel-sampler', endpoint = 'backend:4317' } = options;
  const sampler = {
    receivers: RECEIVERS,
    processors: {
      tail_sampling: {
        decision_wait: `${buffer.wait}ms`,
        decision_wait_after_root_received: `${buffer.linger}ms`,
        num_traces: 50_000,
        sample_on_first_match: true,
        drop_pending_traces_on_shutdown: false,
        decision_cache: {
          sampled_cache_size: buffer.decisions,
          non_sampled_cache_size: buffer.decisions,
        },
        policies,
      },
      batch: {},
    },
    exporters: { otlp: { endpoint } },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['tail_sampling', 'batch'], exporters: ['otlp'] },
      },
    },
  };
  const balancer = {
    receivers: RECEIVERS,
    exporters: {
      loadbalancing: {
        routing_key: 'traceID',
        protocol: { otlp: { tls: { insecure: true } } },
        resolver: { dns: { hostname: samplerHost } },
      },
    },
    service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['loadbalancing'] } } },
  };
  return { balancer: toYaml(balancer), sampler: toYaml(sampler), findings };
}

/** The package is loaded here, since a process that samples never needs it. */
function toYaml(value: unknown): string {
  const { stringify } = loadModule<typeof Yaml>('yaml');
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
