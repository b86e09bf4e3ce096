export { BaggagePropagator } from './baggage-propagator.ts';
