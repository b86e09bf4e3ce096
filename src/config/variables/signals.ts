import { datadogBoolean, duration, integer, listOf, oneOf, text, variable } from '../../core/index.ts';

const topic = 'Where telemetry goes';
const names = listOf(text('names of exporters'));

export const BACKEND = variable({
  name: 'SIGNALBOX_BACKEND',
  type: names,
  default: ['otlp'],
  topic,
  yaml: 'backend',
  doc: 'The exporter of all three signals, or several: `otlp`, `datadog`, `console`, `file`, `none` or the name of a plug-in.',
});

export const TRACES_EXPORTER = variable({
  name: 'OTEL_TRACES_EXPORTER',
  type: names,
  topic,
  yaml: 'tracing.exporters',
  doc: 'The exporters of traces, in the place of SIGNALBOX_BACKEND.',
});

export const METRICS_EXPORTER = variable({
  name: 'OTEL_METRICS_EXPORTER',
  type: names,
  topic,
  yaml: 'metrics.exporters',
  doc: 'The exporters of metrics, in the place of SIGNALBOX_BACKEND; also `prometheus`.',
});

export const LOGS_EXPORTER = variable({
  name: 'OTEL_LOGS_EXPORTER',
  type: names,
  topic,
  yaml: 'logs.exporters',
  doc: 'The exporters of logs, in the place of SIGNALBOX_BACKEND.',
});

export const TRACE_ENABLED = variable({
  name: 'DD_TRACE_ENABLED',
  type: datadogBoolean(),
  default: true,
  topic,
  doc: '`false` turns tracing off, whatever the exporter; metrics and logs stay on.',
});

export const METRIC_EXPORT_INTERVAL = variable({
  name: 'OTEL_METRIC_EXPORT_INTERVAL',
  type: duration({ min: 1 }),
  default: 60_000,
  topic: 'Metrics',
  yaml: 'metrics.export_interval_ms',
  doc: 'Time between two exports of metrics, in milliseconds.',
});

export const METRIC_EXPORT_TIMEOUT = variable({
  name: 'OTEL_METRIC_EXPORT_TIMEOUT',
  type: duration({ min: 1 }),
  default: 30_000,
  topic: 'Metrics',
  yaml: 'metrics.export_timeout_ms',
  doc: 'How long one export of metrics may take, in milliseconds.',
});

export const METRICS_EXEMPLAR_FILTER = variable({
  name: 'OTEL_METRICS_EXEMPLAR_FILTER',
  type: oneOf(['trace_based', 'always_on', 'always_off']),
  topic: 'Metrics',
  doc: 'Which measurements may become exemplars.',
  notYetActive: true,
});

const BATCH_DOCS = {
  queueSize:
    'How many %s may be in memory; more are dropped and counted. Without it SIGNALBOX_QUEUE_ITEMS counts: the 2048 of the specification are gone in an outage of seconds.',
  batchSize:
    'How many %s go into one request at most. Without it they are up to 2048 while a request is under way or a full one has just been sent.',
} as const;

function batchVariables(
  prefix: 'OTEL_BSP' | 'OTEL_BLRP',
  items: 'spans' | 'log records',
  yaml: string,
  delay: number,
) {
  const topic = `Batching of ${items}`;
  return {
    queueSize: variable({
      name: `${prefix}_MAX_QUEUE_SIZE`,
      type: integer({ min: 1 }),
      topic,
      yaml: `${yaml}.max_queue_size`,
      doc: BATCH_DOCS.queueSize.replace('%s', items),
    }),
    batchSize: variable({
      name: `${prefix}_MAX_EXPORT_BATCH_SIZE`,
      type: integer({ min: 1 }),
      default: 512,
      topic,
      yaml: `${yaml}.max_export_batch_size`,
      doc: BATCH_DOCS.batchSize.replace('%s', items),
    }),
    delay: variable({
      name: `${prefix}_SCHEDULE_DELAY`,
      type: duration(),
      default: delay,
      topic,
      yaml: `${yaml}.scheduled_delay_ms`,
      doc: `How long ${items} may wait for a full batch, in milliseconds.`,
    }),
    timeout: variable({
      name: `${prefix}_EXPORT_TIMEOUT`,
      type: duration(),
      default: 30_000,
      topic,
      yaml: `${yaml}.export_timeout_ms`,
      doc: `How long one export of ${items} may take, in milliseconds.`,
    }),
  };
}

/** Source of the defaults: OpenTelemetry specification, batch span processor and batch log record processor. */
export const SPAN_BATCH = batchVariables('OTEL_BSP', 'spans', 'tracing.batch_processor', 5_000);
export const LOG_BATCH = batchVariables('OTEL_BLRP', 'log records', 'logs.batch_processor', 1_000);

export const SIGNALS = [
  BACKEND,
  TRACES_EXPORTER,
  METRICS_EXPORTER,
  LOGS_EXPORTER,
  TRACE_ENABLED,
  METRIC_EXPORT_INTERVAL,
  METRIC_EXPORT_TIMEOUT,
  METRICS_EXEMPLAR_FILTER,
  ...Object.values(SPAN_BATCH),
  ...Object.values(LOG_BATCH),
];
