import { AlwaysOnSampler, type Sampler } from '@opentelemetry/sdk-trace';
import { TailSamplingProcessor } from '../../processors/index.ts';
import { InboundDecisionSampler } from '../../propagators/index.ts';
import {
  type AgentRateTable,
  BUILT_IN_SAMPLERS,
  createSampling,
  type Sampling,
  type SamplingConfig,
} from '../../samplers/index.ts';
import type { Config } from '../config/index.ts';
import type { Host } from '../core/index.ts';

/** What sampling needs to know of the rest. */
export interface SamplingInput {
  readonly config: Config;
  readonly host: Host;
  /** The name of the service, for rules about services. */
  readonly service: string;
  readonly agentRates: AgentRateTable;
  /** True if a backend counts rejected traces too. */
  readonly recordDropped: boolean;
  /** Creates the sampler that a plug-in brought and a setting names. */
  createPlugged(): Sampler | undefined;
}

/**
 * The sampler and, if a rule asks what is only known when spans end, the tail sampler. A plug-in's
 * sampler decides where no rules are set; rules come before it (docs/sampling.md, precedence).
 */
export function assembleSampling(input: SamplingInput): Sampling {
  const { config, host, service, agentRates, recordDropped } = input;
  const rules = config.sampling as SamplingConfig | undefined;
  const isPlugged = !BUILT_IN_SAMPLERS.some(({ name }) => name === config.sampler.name);
  if (!rules || (isPlugged && rules.rules.length === 0 && rules.rulesFile === undefined)) {
    return { sampler: new InboundDecisionSampler(input.createPlugged() ?? new AlwaysOnSampler()) };
  }
  const { environment } = config.service;
  return createSampling(rules, host, {
    service,
    ...(environment ? { env: environment } : {}),
    agentRates,
    recordDropped,
    datadog: config.signals.traces.some((name) => name.split('/')[0] === 'datadog'),
    tail: TailSamplingProcessor,
  });
}
