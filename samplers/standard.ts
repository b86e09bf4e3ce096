import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { type AnyComponent, type Component, defineComponent, number, variable } from '../src/core/index.ts';

export const RATIO = variable({
  name: 'OTEL_TRACES_SAMPLER_ARG',
  type: number({ min: 0, max: 1 }),
  default: 1,
  topic: 'Sampling',
  yaml: 'tracing.sampler.ratio',
  doc: 'The share of traces that the `traceidratio` samplers keep, from 0 to 1.',
});

function sampler<C>(
  name: string,
  doc: string,
  variables: Component['variables'],
  fromEnv: Component<'sampler', C>['fromEnv'],
  create: (config: C) => Sampler,
): Component<'sampler', C> {
  return defineComponent({ kind: 'sampler', name, stability: 'stable', doc, variables, fromEnv, create });
}

function fixed(name: string, doc: string, create: () => Sampler): Component<'sampler', undefined> {
  return sampler(name, doc, [], () => undefined, create);
}

function ratio(name: string, doc: string, create: (ratio: number) => Sampler): Component<'sampler', number> {
  return sampler(name, doc, [RATIO], (env) => env.get(RATIO), create);
}

/** The samplers of the OpenTelemetry specification, `OTEL_TRACES_SAMPLER`. */
export const STANDARD_SAMPLERS: readonly AnyComponent<'sampler'>[] = [
  fixed('parentbased_always_on', 'As the parent decided; keeps every new trace.', () =>
    parentBased(new AlwaysOnSampler()),
  ),
  fixed('parentbased_always_off', 'As the parent decided; keeps no new trace.', () =>
    parentBased(new AlwaysOffSampler()),
  ),
  ratio('parentbased_traceidratio', 'As the parent decided; keeps a share of new traces.', (share) =>
    parentBased(new TraceIdRatioBasedSampler(share)),
  ),
  fixed('always_on', 'Keeps everything.', () => new AlwaysOnSampler()),
  fixed('always_off', 'Keeps nothing.', () => new AlwaysOffSampler()),
  ratio('traceidratio', 'Keeps a share of all traces.', (share) => new TraceIdRatioBasedSampler(share)),
] as const;

function parentBased(root: Sampler): Sampler {
  return new ParentBasedSampler({ root });
}
