import {
  boolean,
  duration,
  integer,
  number,
  oneOf,
  path,
  text,
  type ValueType,
  variable,
} from '../src/core/index.ts';

const topic = 'Sampling';

/** Rules as text; a YAML sequence holds one rule per item. */
function ruleText(): ValueType<string> {
  return { ...text('sampling rules'), name: 'rules', parseItems: (items) => ({ value: items.join('\n') }) };
}

export const RULES = variable({
  name: 'SIGNALBOX_SAMPLING_RULES',
  type: ruleText(),
  topic,
  yaml: 'sampling.rules',
  doc: 'Which traces are kept: rules with `;` between them, the first that matches decides.',
});

export const RULES_FILE = variable({
  name: 'SIGNALBOX_SAMPLING_RULES_FILE',
  type: path(),
  topic,
  yaml: 'sampling.rules_file',
  doc: 'A file with sampling rules, one per line. `SIGNALBOX_SAMPLING_RULES` come before them.',
});

export const PARENT = variable<'respect' | 'ignore'>({
  name: 'SIGNALBOX_SAMPLING_PARENT',
  type: oneOf<'respect' | 'ignore'>(['respect', 'ignore']),
  topic,
  yaml: 'sampling.parent',
  doc: 'Whether the decision of a remote parent holds. Default `respect`.',
});

export const PROPAGATE = variable<'head' | 'always'>({
  name: 'SIGNALBOX_SAMPLING_PROPAGATE',
  type: oneOf<'head' | 'always'>(['head', 'always']),
  default: 'head',
  topic,
  yaml: 'sampling.propagate',
  doc: '`always` sends every trace, because a Collector decides.',
});

export const RV = variable({
  name: 'SIGNALBOX_SAMPLING_RV',
  type: boolean(),
  default: true,
  topic,
  yaml: 'sampling.rv',
  doc: 'Write the random value of new traces into trace state, so that OpenTelemetry services decide alike.',
});

export const RULE_ATTRIBUTE_ON = variable({
  name: 'SIGNALBOX_SAMPLING_RULE_ATTRIBUTE',
  type: boolean(),
  default: true,
  topic,
  yaml: 'sampling.rule_attribute',
  doc: 'Write the rule that kept a trace on its local root, as `signalbox.sampling.rule`, if the tail sampler decided.',
});

export const BUFFER_SPANS = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_SPANS',
  type: integer({ min: 1 }),
  default: 16_384,
  topic,
  yaml: 'sampling.buffer.spans',
  doc: 'Undecided spans held at once.',
});

export const BUFFER_BYTES = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_BYTES',
  type: integer({ min: 1024 }),
  default: 33_554_432,
  topic,
  yaml: 'sampling.buffer.bytes',
  doc: 'Estimated bytes of undecided spans held at once.',
});

export const BUFFER_TRACE_SPANS = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_TRACE_SPANS',
  type: integer({ min: 1 }),
  default: 2000,
  topic,
  yaml: 'sampling.buffer.trace_spans',
  doc: 'Undecided spans held of one trace; then it is decided by what is known.',
});

export const BUFFER_WAIT = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_WAIT',
  type: duration({ min: 1 }),
  default: 60_000,
  topic,
  yaml: 'sampling.buffer.wait',
  doc: 'Age in milliseconds at which an undecided trace is decided by what is known.',
});

export const BUFFER_LINGER = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_LINGER',
  type: duration(),
  default: 2000,
  topic,
  yaml: 'sampling.buffer.linger',
  doc: 'How long, in milliseconds, open children are waited for after the local root ended.',
});

export const BUFFER_DECISIONS = variable({
  name: 'SIGNALBOX_SAMPLING_BUFFER_DECISIONS',
  type: integer({ min: 0 }),
  default: 65_536,
  topic,
  yaml: 'sampling.buffer.decisions',
  doc: 'Decisions remembered for spans that come later.',
});

export const BUFFER_SHUTDOWN = variable<'decide' | 'drop'>({
  name: 'SIGNALBOX_SAMPLING_BUFFER_SHUTDOWN',
  type: oneOf<'decide' | 'drop'>(['decide', 'drop']),
  default: 'decide',
  topic,
  yaml: 'sampling.buffer.shutdown',
  doc: 'What becomes of undecided traces at shutdown.',
});

export const BUFFER_FLUSH = variable<'complete' | 'decide'>({
  name: 'SIGNALBOX_SAMPLING_BUFFER_FLUSH',
  type: oneOf<'complete' | 'decide'>(['complete', 'decide']),
  default: 'complete',
  topic,
  yaml: 'sampling.buffer.flush',
  doc: 'Whether a forced flush decides incomplete traces too (`decide`, for Lambda).',
});

export const DD_RULES = variable({
  name: 'DD_TRACE_SAMPLING_RULES',
  type: text('a JSON array of rules'),
  topic,
  doc: 'Rules as dd-trace takes them, behind those of `SIGNALBOX_SAMPLING_RULES`.',
});

/** A number out of range counts as the end that it is beyond, as in dd-trace. */
function share(): ValueType<number> {
  const exact = number({ min: 0, max: 1 });
  return {
    ...exact,
    parse(input) {
      const parsed = exact.parse(input);
      const isOutside = 'problem' in parsed && parsed.code === 'CFG002';
      return isOutside ? { ...parsed, instead: Number(input) > 1 ? 1 : 0 } : parsed;
    },
  };
}

export const DD_RATE = variable({
  name: 'DD_TRACE_SAMPLE_RATE',
  type: share(),
  topic,
  doc: 'The share of traces to keep that no rule matched.',
});

export const DD_RATE_LIMIT = variable({
  name: 'DD_TRACE_RATE_LIMIT',
  type: integer({ min: -1 }),
  default: 100,
  topic,
  doc: 'Traces per second that rules of `DD_TRACE_SAMPLING_RULES` and `DD_TRACE_SAMPLE_RATE` keep; -1 is no limit.',
});

export const DD_SPAN_RULES = variable({
  name: 'DD_SPAN_SAMPLING_RULES',
  type: text('a JSON array of rules'),
  topic,
  doc: 'Single spans to keep out of dropped traces, as dd-trace takes them.',
});

export const DD_SPAN_RULES_FILE = variable({
  name: 'DD_SPAN_SAMPLING_RULES_FILE',
  type: path(),
  topic,
  doc: 'A file with such rules. Wins over `DD_SPAN_SAMPLING_RULES`.',
});

export const OTEL_SAMPLER = variable({
  name: 'OTEL_TRACES_SAMPLER',
  type: text('the name of a sampler'),
  topic,
  yaml: 'tracing.sampler.type',
  doc: 'Which traces are recorded, where no rule matched.',
});

/** The settings of sampling. */
export const SAMPLING_VARIABLES = [
  RULES,
  RULES_FILE,
  PARENT,
  PROPAGATE,
  RV,
  RULE_ATTRIBUTE_ON,
  BUFFER_SPANS,
  BUFFER_BYTES,
  BUFFER_TRACE_SPANS,
  BUFFER_WAIT,
  BUFFER_LINGER,
  BUFFER_DECISIONS,
  BUFFER_SHUTDOWN,
  BUFFER_FLUSH,
  DD_RULES,
  DD_RATE,
  DD_RATE_LIMIT,
  DD_SPAN_RULES,
  DD_SPAN_RULES_FILE,
  OTEL_SAMPLER,
] as const;
