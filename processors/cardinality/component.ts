import { defineComponent, type EnvReader, type Host } from '../../src/core/index.ts';
import { CounterTable } from './counter-table.ts';
import { Cycles, LinkExporter } from './cycle-exporter.ts';
import { Guards } from './guards.ts';
import { guardMeterProvider } from './meter.ts';
import { type CardinalityOptions, withDefaults } from './options.ts';
import { ALL_KEYS } from './series-guard.ts';
import { restoreAttributes } from './short-attributes.ts';
import { CardinalitySpanProcessor } from './span-processor.ts';
import * as variables from './variables.ts';

/** Settings of the component. */
export interface CardinalityConfig extends CardinalityOptions {
  readonly enabled: boolean;
}

/** So many different keys are told of in the log; all are counted. */
const TOLD_LIMIT = 1_000;
const COUNTER = 'signalbox.cardinality.overflow';

/** Bounds the series of metrics, and on request names and values of spans. */
export const cardinality = defineComponent({
  kind: 'processor',
  name: 'cardinality',
  stability: 'beta',
  doc: 'Bounds the series that attributes of metrics can make, in memory and on the bill.',
  variables: variables.VARIABLES,
  fromEnv,
  create(config, host) {
    if (!config.enabled) return {};
    const tell = teller(host, config);
    const guards = new Guards(config, tell);
    const counters = new CounterTable();
    const cycles = new Cycles(() => guards.endCycle());
    const spans = config.spanNames || config.spanValues;
    return {
      meters: (provider) => guardMeterProvider(provider, guards, counters),
      // The last reading of a process that exits runs no callbacks.
      atEnd: () => counters.flush(),
      metrics: (next) => cycles.watch(next),
      collected: (next) => {
        guards.shorten();
        return new LinkExporter(next, (metrics, done) => next.export(restoreAttributes(metrics), done));
      },
      ...(spans
        ? { spans: (next) => new CardinalitySpanProcessor(next, config, (key) => tell('span', key)) }
        : {}),
    };
  },
});

function fromEnv(env: EnvReader): CardinalityConfig {
  return {
    enabled: env.get(variables.ENABLED),
    ...withDefaults({
      limit: env.get(variables.LIMIT),
      instrumentLimits: env.get(variables.INSTRUMENT_LIMITS),
      keyLimit: env.get(variables.KEY_LIMIT),
      keyLimits: env.get(variables.KEY_LIMITS),
      overflowValues: env.get(variables.OVERFLOW_VALUES),
      action: env.get(variables.ACTION),
      blockKeys: env.get(variables.BLOCK_KEYS),
      allowKeys: env.get(variables.ALLOW_KEYS),
      paths: env.get(variables.PATHS),
      spanNames: env.get(variables.SPAN_NAMES),
      spanValues: env.get(variables.SPAN_VALUES),
    }),
  };
}

/** One line when a key of an instrument starts to overflow, and a count of all that do. */
function teller(host: Host, config: CardinalityConfig): (instrument: string, key: string) => void {
  const told = new Set<string>();
  return (instrument, key) => {
    // The counter may pass the guard itself, and must not count its own overflow.
    if (instrument === COUNTER) return;
    host.counters.add(COUNTER, 1, { instrument, key });
    const id = `${instrument}\n${key}`;
    if (told.size >= TOLD_LIMIT || told.has(id)) return;
    told.add(id);
    host.log.warn(describe(instrument, key, config));
  };
}

function describe(instrument: string, key: string, config: CardinalityConfig): string {
  if (key === ALL_KEYS) {
    const limit = config.instrumentLimits[instrument] ?? config.limit;
    return `${instrument} has more than ${limit} series: further ones go to otel.metric.overflow=true (${variables.LIMIT.name}).`;
  }
  const limit = config.keyLimits[key] ?? config.keyLimit;
  return `${key} of ${instrument} has more than ${limit} values or an overlong one: it ${config.action === 'drop' ? 'is left out' : 'becomes an overflow value'} (${variables.KEY_LIMITS.name}).`;
}
