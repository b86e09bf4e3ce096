import {
  type AnyComponent,
  boolean,
  type Component,
  defineComponent,
  integer,
  variable,
} from '../src/core/index.ts';
import { B3Propagator } from './b3-propagator.ts';
import { BAGGAGE_LIMITS } from './baggage-header.ts';
import { BaggagePropagator } from './baggage-propagator.ts';
import { type DatadogOptions, DatadogPropagator } from './datadog-propagator.ts';
import { MAX_TAGS_LENGTH } from './datadog-tags.ts';
import { W3CPropagator } from './w3c-propagator.ts';

const topic = 'Propagation';

const TAGS_MAX_LENGTH = variable({
  name: 'DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH',
  type: integer({ min: 0, max: MAX_TAGS_LENGTH }),
  default: MAX_TAGS_LENGTH,
  topic,
  yaml: 'propagation.datadog_tags_max_length',
  doc: 'Longest `x-datadog-tags` header; 0 turns propagated tags off, except the one that completes a 128-bit trace id.',
});

const LEGACY_BAGGAGE = variable({
  name: 'DD_TRACE_LEGACY_BAGGAGE_ENABLED',
  type: boolean(),
  default: true,
  topic,
  yaml: 'propagation.legacy_baggage',
  doc: 'Whether OpenTracing baggage of Datadog tracers, `ot-baggage-*`, is passed on beside `x-datadog-*`.',
});

/** More members than 180 is more than any implementation of W3C Baggage keeps. */
const BAGGAGE_MAX_ITEMS = variable({
  name: 'DD_TRACE_BAGGAGE_MAX_ITEMS',
  type: integer({ min: 0, max: 180 }),
  default: BAGGAGE_LIMITS.maxItems,
  topic,
  yaml: 'propagation.baggage_max_items',
  doc: 'Most members of a `baggage` header, read or written; further ones are left out.',
});

const BAGGAGE_MAX_BYTES = variable({
  name: 'DD_TRACE_BAGGAGE_MAX_BYTES',
  type: integer({ min: 0, max: BAGGAGE_LIMITS.maxBytes }),
  default: BAGGAGE_LIMITS.maxBytes,
  topic,
  yaml: 'propagation.baggage_max_bytes',
  doc: 'Longest `baggage` header, read or written; members that do not fit are left out whole.',
});

const COUNTER = 'signalbox.propagation.baggage.dropped';

function component<C>(declaration: Omit<Component<'propagator', C>, 'kind' | 'stability'>) {
  return defineComponent<'propagator', C>({ kind: 'propagator', stability: 'stable', ...declaration });
}

function fixed(name: string, doc: string, create: () => W3CPropagator | B3Propagator) {
  return component<undefined>({ name, doc, variables: [], fromEnv: () => undefined, create });
}

/** The propagators that come with Signalbox, in their default order of precedence. */
export const BUILT_IN_PROPAGATORS: readonly AnyComponent<'propagator'>[] = [
  component<Required<DatadogOptions>>({
    name: 'datadog',
    doc: 'Datadog: `x-datadog-*`.',
    variables: [TAGS_MAX_LENGTH, LEGACY_BAGGAGE],
    fromEnv: (env) => ({ maxTagsLength: env.get(TAGS_MAX_LENGTH), legacyBaggage: env.get(LEGACY_BAGGAGE) }),
    create: (options) => new DatadogPropagator(options),
  }),
  fixed('tracecontext', 'W3C Trace Context: `traceparent`, `tracestate`.', () => new W3CPropagator()),
  component<{ maxItems: number; maxBytes: number }>({
    name: 'baggage',
    doc: 'W3C Baggage: `baggage`.',
    variables: [BAGGAGE_MAX_ITEMS, BAGGAGE_MAX_BYTES],
    fromEnv: (env) => ({ maxItems: env.get(BAGGAGE_MAX_ITEMS), maxBytes: env.get(BAGGAGE_MAX_BYTES) }),
    create: (limits, host) =>
      new BaggagePropagator({
        ...limits,
        onDropped: (members) => {
          host.counters.add(COUNTER, members);
          host.log.warn('baggage is over its limits; the last members are left out');
        },
      }),
  }),
  fixed('b3', 'B3 in one header: `b3`.', () => new B3Propagator('single')),
  fixed('b3multi', 'B3 in several headers: `x-b3-*`.', () => new B3Propagator('multi')),
];
