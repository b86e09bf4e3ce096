import { integer, listOf, text, variable } from '../../core/index.ts';

/** Settings of features that are being built: accepted and checked now, reported as not yet active. */
const notYetActive = true;

export const UPCOMING = [
  variable({
    name: 'SIGNALBOX_BREAKER_FAILURE_THRESHOLD',
    type: integer({ min: 1 }),
    topic: 'Delivery',
    yaml: 'resilience.circuit_breaker.failure_threshold',
    doc: 'How many failures in a row open the circuit breaker of a destination.',
    notYetActive,
  }),
  variable({
    name: 'SIGNALBOX_BREAKER_RESET_TIMEOUT_S',
    type: integer({ min: 1 }),
    topic: 'Delivery',
    yaml: 'resilience.circuit_breaker.reset_timeout_s',
    doc: 'How long an open circuit breaker waits before it probes, in seconds.',
    notYetActive,
  }),
  variable({
    name: 'SIGNALBOX_FALLBACK',
    type: listOf(text('names of exporters')),
    topic: 'Delivery',
    yaml: 'resilience.fallback_exporter',
    doc: 'Where telemetry goes while its backend is down.',
    notYetActive,
  }),
];
