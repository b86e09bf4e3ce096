import { integer, variable } from '../../core/index.ts';

const topic = 'Limits';

function limit(name: string, yaml: string, doc: string, standard?: number, alias?: string) {
  return variable({
    name,
    type: integer({ min: 0 }),
    topic,
    yaml: `limits.${yaml}`,
    doc,
    ...(standard === undefined ? {} : { default: standard }),
    ...(alias ? { aliases: [alias] } : {}),
  });
}

/** Source of the defaults: OpenTelemetry specification, attribute, span and log record limits. */
export const SPAN_LIMITS = {
  attributeCountLimit: limit(
    'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    'span_attribute_count',
    'Attributes on one span. Without it 512, so that usage and cost of GenAI spans have room, or 128 without the GenAI processor.',
    undefined,
    'OTEL_ATTRIBUTE_COUNT_LIMIT',
  ),
  attributeValueLengthLimit: limit(
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'span_attribute_value_length',
    'Characters of one attribute value of a span; without it there is no limit.',
    undefined,
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ),
  eventCountLimit: limit('OTEL_SPAN_EVENT_COUNT_LIMIT', 'span_event_count', 'Events on one span.', 128),
  linkCountLimit: limit('OTEL_SPAN_LINK_COUNT_LIMIT', 'span_link_count', 'Links on one span.', 128),
  attributePerEventCountLimit: limit(
    'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    'event_attribute_count',
    'Attributes on one event of a span.',
    128,
  ),
  attributePerLinkCountLimit: limit(
    'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    'link_attribute_count',
    'Attributes on one link of a span.',
    128,
  ),
};

export const LOG_LIMITS = {
  attributeCountLimit: limit(
    'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
    'log_attribute_count',
    'Attributes on one log record.',
    128,
    'OTEL_ATTRIBUTE_COUNT_LIMIT',
  ),
  attributeValueLengthLimit: limit(
    'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'log_attribute_value_length',
    'Characters of one attribute value of a log record; without it there is no limit.',
    undefined,
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ),
};

export const LIMITS = [...Object.values(SPAN_LIMITS), ...Object.values(LOG_LIMITS)];
