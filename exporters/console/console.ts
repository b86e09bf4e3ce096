import { defineComponent, text, variable } from '../../src/core/index.ts';
import { ConsoleLogRecordExporter, ConsoleMetricExporter, ConsoleSpanExporter } from './console-exporter.ts';

const NO_COLOR = variable({
  name: 'NO_COLOR',
  type: text(),
  topic: 'Console exporter',
  doc: 'Any value switches off the colours of the console exporter, which has them only on a terminal (no-color.org).',
});

/** Telemetry as readable lines on stderr, for development. */
export const consoleExporter = defineComponent({
  kind: 'exporter',
  name: 'console',
  stability: 'stable',
  doc: 'Writes one readable line per span, data point and log record to stderr.',
  variables: [NO_COLOR],
  fromEnv: (env) => ({ noColour: env.isSet(NO_COLOR) }),
  create({ noColour }) {
    const options = { colour: !noColour && process.stderr.isTTY === true };
    return {
      traces: () => new ConsoleSpanExporter(options),
      metrics: () => new ConsoleMetricExporter(options),
      logs: () => new ConsoleLogRecordExporter(options),
      describe: () => 'stderr',
    };
  },
});
