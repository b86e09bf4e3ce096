import { listOf, oneOf, text, variable } from '../../core/index.ts';

export const SAMPLER = variable({
  name: 'OTEL_TRACES_SAMPLER',
  type: text('the name of a sampler'),
  default: 'parentbased_always_on',
  topic: 'Sampling',
  yaml: 'tracing.sampler.type',
  doc: 'Which traces are recorded.',
});

/** Who makes the spans: our tracer, or that of the OpenTelemetry SDK. */
export type TracerName = 'lean' | 'sdk';

export const TRACER = variable<TracerName>({
  name: 'SIGNALBOX_TRACER',
  type: oneOf(['lean', 'sdk']),
  default: 'lean',
  topic: 'Tracing',
  yaml: 'tracing.tracer',
  doc: 'What makes the spans: `lean`, which takes a fraction of the time, or the tracer of the OpenTelemetry SDK. Both do the same.',
});

export const ENABLED_INSTRUMENTATIONS = variable({
  name: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
  type: listOf(text('names such as http, undici, express')),
  topic: 'Instrumentation',
  yaml: 'instrumentations.enabled',
  doc: 'Only these instrumentations are used: the names of their packages without `@opentelemetry/instrumentation-`.',
});

export const DISABLED_INSTRUMENTATIONS = variable({
  name: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
  type: listOf(text('names such as http, undici, express')),
  default: [],
  topic: 'Instrumentation',
  yaml: 'instrumentations.disabled',
  doc: 'These instrumentations are not used, even if they are installed or enabled.',
});

export const PIPELINE = [SAMPLER, TRACER, ENABLED_INSTRUMENTATIONS, DISABLED_INSTRUMENTATIONS];
