import {
  boolean,
  duration,
  integer,
  keyValues,
  oneOf,
  type ValueType,
  variable,
} from '../../src/core/index.ts';
import {
  DEFAULTS,
  KINDS,
  type KindName,
  OVERDUE_ACTIONS,
  type OverdueAction,
  SHUTDOWN_ACTIONS,
  type ShutdownAction,
} from './options.ts';

const topic = 'Span watch';

export const ENABLED = variable({
  name: 'SIGNALBOX_SPAN_WATCH',
  type: boolean(),
  default: true,
  topic,
  yaml: 'processors.span_watch.enabled',
  doc: 'Tell about spans that are open for too long, by an event and a metric.',
});

export const LIMIT = variable({
  name: 'SIGNALBOX_SPAN_WATCH_LIMIT',
  type: duration(),
  default: DEFAULTS.limit,
  topic,
  yaml: 'processors.span_watch.limit_ms',
  doc: 'How long a span may be open before it is reported; 0 means for ever.',
});

export const GENAI_LIMIT = variable({
  name: 'SIGNALBOX_SPAN_WATCH_GENAI_LIMIT',
  type: duration(),
  default: DEFAULTS.genaiLimit,
  topic,
  yaml: 'processors.span_watch.genai_limit_ms',
  doc: 'The same for spans of LLM calls, tools and agents.',
});

export const KIND_LIMITS = variable({
  name: 'SIGNALBOX_SPAN_WATCH_KIND_LIMITS',
  type: kindLimits(),
  default: {},
  topic,
  yaml: 'processors.span_watch.kind_limits',
  doc: 'Other limits in milliseconds for single span kinds, e.g. `client=60000,consumer=0`.',
});

export const ACTION = variable<OverdueAction>({
  name: 'SIGNALBOX_SPAN_WATCH_ACTION',
  type: oneOf(OVERDUE_ACTIONS),
  default: DEFAULTS.action,
  topic,
  yaml: 'processors.span_watch.action',
  doc: 'Only report such a span, or also end it with an error; its real end is then lost.',
});

export const SHUTDOWN = variable<ShutdownAction>({
  name: 'SIGNALBOX_SPAN_WATCH_SHUTDOWN',
  type: oneOf(SHUTDOWN_ACTIONS),
  default: DEFAULTS.shutdown,
  topic,
  yaml: 'processors.span_watch.shutdown',
  doc: 'What happens to open spans when the process ends: dropped, or exported with `signalbox.span.incomplete=true`.',
});

export const MAX_SPANS = variable({
  name: 'SIGNALBOX_SPAN_WATCH_MAX_SPANS',
  type: integer({ min: 1, max: 1_000_000 }),
  default: DEFAULTS.maxSpans,
  topic,
  yaml: 'processors.span_watch.max_spans',
  doc: 'Open spans watched at a time; further ones pass unwatched and are counted.',
});

export const VARIABLES = [ENABLED, LIMIT, GENAI_LIMIT, KIND_LIMITS, ACTION, SHUTDOWN, MAX_SPANS];

/** `kind=milliseconds` pairs. */
function kindLimits(): ValueType<Readonly<Partial<Record<KindName, number>>>> {
  const pairs = keyValues();
  const accepts = `kind=milliseconds pairs with a comma between them; kinds: ${KINDS.join(', ')}`;
  const toLimits = (entries: readonly (readonly [string, string])[]) => {
    const limits: Partial<Record<KindName, number>> = {};
    for (const [key, value] of entries) {
      const kind = KINDS.find((known) => known === key.toLowerCase());
      if (!kind) return { problem: `has "${key}", which is no kind of span` };
      const parsed = duration().parse(value);
      if ('problem' in parsed) return { problem: `has "${key}=${value}", which ${parsed.problem}` };
      limits[kind] = parsed.value;
    }
    return { value: Object.freeze(limits) };
  };
  return {
    name: 'kind=ms list',
    accepts,
    parse(input) {
      const parsed = pairs.parse(input);
      return 'problem' in parsed ? { problem: parsed.problem } : toLimits(Object.entries(parsed.value));
    },
    parseEntries: toLimits,
    format: (limits) =>
      Object.entries(limits)
        .map(([kind, limit]) => `${kind}=${limit}`)
        .join(','),
  };
}
