import { listOf, oneOf, text, type ValueType, variable } from '../../core/index.ts';

const topic = 'GenAI';

const contentMode: ValueType<'off' | 'preview' | 'full'> = oneOf(['off', 'preview', 'full']);

// Settings that the processor and the instrumentations both read.

export const CONTENT = variable({
  name: 'SIGNALBOX_GENAI_CONTENT',
  type: contentMode,
  topic,
  yaml: 'genai.content',
  doc: 'What leaves the process of prompts, completions, tool arguments and results: `off` (default), `preview`, or `full`. Holds for spans, events and logs of every library.',
});

/** `true` and `false` beside the words of the newer conventions. */
const captureMode: ValueType<'none' | 'span_only' | 'event_only' | 'span_and_event'> = oneOf(
  ['none', 'span_only', 'event_only', 'span_and_event'],
  { true: 'span_and_event', false: 'none', no_content: 'none' },
);

export const CAPTURE = variable({
  name: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
  type: captureMode,
  topic,
  doc: 'The standard switch for content: `true`, `false`, `span_only`, `event_only`, `span_and_event`. `SIGNALBOX_GENAI_CONTENT` decides how much, if set.',
});

export const STABILITY_OPT_IN = variable({
  name: 'OTEL_SEMCONV_STABILITY_OPT_IN',
  type: listOf(text('names such as gen_ai_latest_experimental')),
  default: [],
  topic,
  doc: '`gen_ai_latest_experimental` selects the GenAI names after 1.41.',
});
