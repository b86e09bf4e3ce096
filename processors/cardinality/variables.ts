import {
  boolean,
  integer,
  keyValues,
  listOf,
  oneOf,
  text,
  type ValueType,
  variable,
} from '../../src/core/index.ts';
import { ACTIONS, DEFAULTS, type OverflowAction } from './options.ts';

const topic = 'Cardinality';

export const ENABLED = variable({
  name: 'SIGNALBOX_CARDINALITY',
  type: boolean(),
  default: true,
  topic,
  yaml: 'metrics.cardinality.enabled',
  doc: 'Bound the series that attributes of metrics can make.',
});

export const LIMIT = variable({
  name: 'SIGNALBOX_CARDINALITY_LIMIT',
  type: integer({ min: 1, max: 1_000_000 }),
  default: DEFAULTS.limit,
  topic,
  yaml: 'metrics.cardinality.limit',
  doc: 'Series of one instrument, for the life of the process; more go to the series `otel.metric.overflow=true`.',
});

export const INSTRUMENT_LIMITS = variable({
  name: 'SIGNALBOX_CARDINALITY_INSTRUMENT_LIMITS',
  type: limits(),
  default: {},
  topic,
  yaml: 'metrics.cardinality.instrument_limits',
  doc: 'Other limits for single instruments, e.g. `http.server.request.duration=5000`.',
});

export const KEY_LIMIT = variable({
  name: 'SIGNALBOX_CARDINALITY_KEY_LIMIT',
  type: integer({ min: 1, max: 1_000_000 }),
  default: DEFAULTS.keyLimit,
  topic,
  yaml: 'metrics.cardinality.key_limit',
  doc: 'Different values of one attribute of an instrument; more become `other`.',
});

export const KEY_LIMITS = variable({
  name: 'SIGNALBOX_CARDINALITY_KEY_LIMITS',
  type: limits(),
  default: {},
  topic,
  yaml: 'metrics.cardinality.key_limits',
  doc: 'Other limits for single keys. Built in: gen_ai.request.model=50, gen_ai.agent.name=100, gen_ai.tool.name=200.',
});

export const OVERFLOW_VALUES = variable({
  name: 'SIGNALBOX_CARDINALITY_OVERFLOW_VALUES',
  type: keyValues(),
  default: {},
  topic,
  yaml: 'metrics.cardinality.overflow_values',
  doc: 'What the values of a key become beyond its limit, where `other` does not fit.',
});

export const ACTION = variable<OverflowAction>({
  name: 'SIGNALBOX_CARDINALITY_ACTION',
  type: oneOf(ACTIONS),
  default: DEFAULTS.action,
  topic,
  yaml: 'metrics.cardinality.action',
  doc: 'Put the overflow value in the place of a value too many, or leave the attribute out.',
});

export const BLOCK_KEYS = variable({
  name: 'SIGNALBOX_CARDINALITY_BLOCK_KEYS',
  type: listOf(text('keys')),
  default: [],
  topic,
  yaml: 'metrics.cardinality.block_keys',
  doc: 'Attributes that never get on a metric, beside ids of users, sessions, requests and traces.',
});

export const ALLOW_KEYS = variable({
  name: 'SIGNALBOX_CARDINALITY_ALLOW_KEYS',
  type: listOf(text('keys')),
  default: [],
  topic,
  yaml: 'metrics.cardinality.allow_keys',
  doc: 'Attributes that are neither blocked nor limited by themselves.',
});

export const PATHS = variable({
  name: 'SIGNALBOX_CARDINALITY_PATHS',
  type: boolean(),
  default: DEFAULTS.paths,
  topic,
  yaml: 'metrics.cardinality.paths',
  doc: 'Put `{id}` in the place of ids in paths on metrics.',
});

export const SPAN_NAMES = variable({
  name: 'SIGNALBOX_CARDINALITY_SPAN_NAMES',
  type: boolean(),
  default: DEFAULTS.spanNames,
  topic,
  yaml: 'tracing.cardinality.names',
  doc: 'The same in the names of spans.',
});

export const SPAN_VALUES = variable({
  name: 'SIGNALBOX_CARDINALITY_SPAN_VALUES',
  type: boolean(),
  default: DEFAULTS.spanValues,
  topic,
  yaml: 'tracing.cardinality.values',
  doc: 'Limit the values of the keys above on spans too.',
});

export const VARIABLES = [
  ENABLED,
  LIMIT,
  INSTRUMENT_LIMITS,
  KEY_LIMIT,
  KEY_LIMITS,
  OVERFLOW_VALUES,
  ACTION,
  BLOCK_KEYS,
  ALLOW_KEYS,
  PATHS,
  SPAN_NAMES,
  SPAN_VALUES,
];

/** `name=count` pairs. */
function limits(): ValueType<Readonly<Record<string, number>>> {
  const pairs = keyValues();
  const toNumbers = (entries: readonly (readonly [string, string])[]) => {
    const wrong = entries.find(([, value]) => !/^[1-9]\d{0,6}$/.test(value));
    if (wrong)
      return { problem: `has "${wrong[0]}=${wrong[1]}", which is no whole number from 1 to 9,999,999` };
    return { value: Object.fromEntries(entries.map(([key, value]) => [key, Number(value)])) };
  };
  return {
    name: 'name=count list',
    accepts: 'name=count pairs with a comma between them',
    parse(input) {
      const parsed = pairs.parse(input);
      return 'problem' in parsed ? { problem: parsed.problem } : toNumbers(Object.entries(parsed.value));
    },
    parseEntries: toNumbers,
    format: (values) =>
      Object.entries(values)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
  };
}
