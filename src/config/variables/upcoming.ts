import { boolean, listOf, text, variable } from '../../core/index.ts';

/** Settings of features that are being built: accepted and checked now, reported as not yet active. */
const notYetActive = true;

export const UPCOMING = [
  variable({
    name: 'SIGNALBOX_REDACTION',
    type: boolean(),
    topic: 'Redaction',
    yaml: 'security.redaction.enabled',
    doc: 'Remove secrets and personal data before anything leaves the process.',
    notYetActive,
  }),
  variable({
    name: 'SIGNALBOX_REDACTION_PATTERNS',
    type: listOf(text('regular expressions')),
    topic: 'Redaction',
    yaml: 'security.redaction.patterns',
    doc: 'More regular expressions to redact. One that has a comma in it goes into the YAML file.',
    notYetActive,
  }),
  variable({
    name: 'SIGNALBOX_GENAI_REDACT_PROMPTS',
    type: boolean(),
    topic: 'GenAI',
    yaml: 'security.redaction.redact_prompts',
    doc: 'Strip prompts from GenAI spans.',
    notYetActive,
  }),
  variable({
    name: 'SIGNALBOX_GENAI_REDACT_COMPLETIONS',
    type: boolean(),
    topic: 'GenAI',
    yaml: 'security.redaction.redact_completions',
    doc: 'Strip completions from GenAI spans.',
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
