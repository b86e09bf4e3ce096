export { type B3Encoding, B3Propagator } from './b3-propagator.ts';
export { type BaggageOptions, BaggagePropagator } from './baggage-propagator.ts';
export { type Carrier, type CarrierFormat, extract, inject } from './carriers.ts';
export { BUILT_IN_PROPAGATORS } from './components.ts';
export {
  type CompositeOptions,
  CompositePropagator,
  type ExtractBehavior,
  type NamedPropagator,
} from './composite-propagator.ts';
export { createPropagator, type PropagatorConfig } from './create-propagator.ts';
export { type DatadogOptions, DatadogPropagator } from './datadog-propagator.ts';
export { keepOwnHttpHeaders, keepOwnUndiciHeaders } from './http-client.ts';
export { createIdGenerator } from './id-generator.ts';
export { type InboundContextOptions, InboundContextProcessor } from './inbound-context-processor.ts';
export { InboundDecisionSampler } from './inbound-decision-sampler.ts';
export { W3CPropagator } from './w3c-propagator.ts';
