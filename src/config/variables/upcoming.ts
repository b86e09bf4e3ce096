import { listOf, text, variable } from '../../core/index.ts';

/** Settings of features that are being built: accepted and checked now, reported as not yet active. */
const notYetActive = true;

export const UPCOMING = [
  variable({
    name: 'SIGNALBOX_FALLBACK',
    type: listOf(text('names of exporters')),
    topic: 'Delivery',
    yaml: 'resilience.fallback_exporter',
    doc: 'Where telemetry goes while its backend is down.',
    notYetActive,
  }),
];
