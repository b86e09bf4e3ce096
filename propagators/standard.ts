import type { TextMapPropagator } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { type Component, defineComponent } from '../src/core/index.ts';

function standard(
  name: string,
  doc: string,
  create: () => TextMapPropagator,
): Component<'propagator', undefined> {
  const fromEnv = () => undefined;
  return defineComponent({
    kind: 'propagator',
    name,
    stability: 'stable',
    doc,
    variables: [],
    fromEnv,
    create,
  });
}

/** The propagators of the OpenTelemetry specification, `OTEL_PROPAGATORS`. */
export const STANDARD_PROPAGATORS: readonly Component<'propagator', undefined>[] = [
  standard('tracecontext', 'W3C Trace Context.', () => new W3CTraceContextPropagator()),
  standard('baggage', 'W3C Baggage.', () => new W3CBaggagePropagator()),
  standard(
    'b3',
    'B3, one header.',
    () => new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
  ),
  standard(
    'b3multi',
    'B3, several headers.',
    () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  ),
];
