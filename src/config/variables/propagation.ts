import { boolean, listOf, oneOf, text, variable } from '../../core/index.ts';

const topic = 'Propagation';
const names = listOf(text('names of propagators'));

export const PROPAGATORS = variable({
  name: 'OTEL_PROPAGATORS',
  type: names,
  default: ['datadog', 'tracecontext', 'baggage'],
  topic,
  yaml: 'propagators',
  doc: 'How trace context crosses process boundaries, in order: `datadog`, `tracecontext`, `baggage`, `b3`, `b3multi`, `none`. DD_TRACE_PROPAGATION_STYLE wins over it.',
});

const DD_NAMES = 'The words of OTEL_PROPAGATORS, and `b3 single header` for `b3`.';

export const DD_STYLE = variable({
  name: 'DD_TRACE_PROPAGATION_STYLE',
  type: names,
  topic,
  doc: `OTEL_PROPAGATORS as dd-trace users set it; wins over it. ${DD_NAMES}`,
});

export const DD_STYLE_EXTRACT = variable({
  name: 'DD_TRACE_PROPAGATION_STYLE_EXTRACT',
  type: names,
  topic,
  yaml: 'propagation.extract',
  doc: `What is read, in order of precedence. Wins over DD_TRACE_PROPAGATION_STYLE. ${DD_NAMES}`,
});

export const DD_STYLE_INJECT = variable({
  name: 'DD_TRACE_PROPAGATION_STYLE_INJECT',
  type: names,
  topic,
  yaml: 'propagation.inject',
  doc: `What is written. Wins over DD_TRACE_PROPAGATION_STYLE. ${DD_NAMES}`,
});

export const EXTRACT_FIRST = variable({
  name: 'DD_TRACE_PROPAGATION_EXTRACT_FIRST',
  type: boolean(),
  default: false,
  topic,
  yaml: 'propagation.extract_first',
  doc: 'Stop at the first valid trace context of a request, without merging the others. Baggage is still read.',
});

/** What is done with an inbound trace context. */
export const EXTRACT_BEHAVIORS = ['continue', 'restart', 'ignore'] as const;

export const BEHAVIOR_EXTRACT = variable<(typeof EXTRACT_BEHAVIORS)[number]>({
  name: 'DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT',
  type: oneOf(EXTRACT_BEHAVIORS),
  default: 'continue',
  topic,
  yaml: 'propagation.behavior_extract',
  doc: '`continue` the trace of the caller; `restart`: a new trace with a link to it, baggage kept; `ignore`: a new trace, no link, no baggage.',
});

export const TRACE_ID_128 = variable({
  name: 'DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED',
  type: boolean(),
  default: true,
  topic,
  yaml: 'propagation.trace_id_128_bit',
  doc: 'Whether ids of new traces have 128 bits or 64. Inbound ids keep their length either way.',
});

export const BAGGAGE_TAG_KEYS = variable({
  name: 'DD_TRACE_BAGGAGE_TAG_KEYS',
  type: listOf(text('baggage keys')),
  default: ['user.id', 'session.id', 'account.id'],
  topic,
  yaml: 'propagation.baggage_tag_keys',
  doc: 'Baggage that becomes an attribute `baggage.<key>` of the first span of a request; `*` means all, `none` nothing.',
});

export const PROPAGATION = [
  PROPAGATORS,
  DD_STYLE,
  DD_STYLE_EXTRACT,
  DD_STYLE_INJECT,
  EXTRACT_FIRST,
  BEHAVIOR_EXTRACT,
  TRACE_ID_128,
  BAGGAGE_TAG_KEYS,
];
