import { type AnyComponent, defineComponent } from '../src/core/index.ts';
import { createSampling } from './create-sampling.ts';
import { readSampling } from './read-sampling.ts';
import { RATIO, STANDARD_SAMPLERS } from './standard.ts';
import { SAMPLING_VARIABLES } from './variables.ts';

/** The rules as a sampler alone; the distro assembles them with the tail sampler through `createSampling`. */
const RULES_SAMPLER = defineComponent({
  kind: 'sampler',
  name: 'rules',
  stability: 'beta',
  doc: 'Rules, priorities and rates; decides alike with Datadog and OpenTelemetry services.',
  variables: [...SAMPLING_VARIABLES, RATIO],
  fromEnv: readSampling,
  create: (config, host) => createSampling(config, host).sampler,
});

/** All samplers that come with Signalbox, by the names of `OTEL_TRACES_SAMPLER`. */
export const BUILT_IN_SAMPLERS: readonly AnyComponent<'sampler'>[] = [...STANDARD_SAMPLERS, RULES_SAMPLER];
