import {
  boolean,
  datadogBoolean,
  duration,
  integer,
  oneOf,
  text,
  url,
  variable,
} from '../../src/core/index.ts';

const topic = 'Datadog';

export const AGENT_URL = variable({
  name: 'DD_TRACE_AGENT_URL',
  aliases: ['DD_TRACE_URL'],
  type: url(['http', 'https', 'unix']),
  topic,
  yaml: 'exporter.datadog.url',
  doc: 'Where the trace Agent is: `http://host:8126` or `unix:///path`. Wins over host and port.',
});

export const AGENT_HOST = variable({
  name: 'DD_AGENT_HOST',
  aliases: ['DD_TRACE_AGENT_HOSTNAME'],
  type: text('a host name or address'),
  own: 'address',
  topic,
  yaml: 'exporter.datadog.host',
  doc: 'The host of the Agent, for traces and DogStatsD. Default: the Unix socket of the Agent if it is there, else 127.0.0.1.',
});

export const AGENT_PORT = variable({
  name: 'DD_TRACE_AGENT_PORT',
  type: integer({ min: 1, max: 65_535 }),
  own: 'address',
  topic,
  yaml: 'exporter.datadog.port',
  doc: 'The port of the trace Agent; 8126 if not set.',
});

export const TIMEOUT = variable({
  name: 'SIGNALBOX_DATADOG_TIMEOUT',
  type: duration({ min: 1 }),
  default: 5_000,
  topic,
  yaml: 'exporter.datadog.timeout_ms',
  doc: 'How long one request to the Agent and its answer may take, in milliseconds.',
});

export const NAMING = variable<'agent' | 'rfc'>({
  name: 'SIGNALBOX_DATADOG_NAMING',
  type: oneOf(['agent', 'rfc']),
  default: 'agent',
  topic,
  yaml: 'exporter.datadog.naming',
  doc: 'Whose rules name resources and arrays: `agent`, as the Agent maps OTLP, or `rfc`, as the tracers do it.',
});

export const DROP_UNSAMPLED = variable({
  name: 'SIGNALBOX_DATADOG_DROP_UNSAMPLED',
  type: boolean(),
  default: false,
  topic,
  yaml: 'exporter.datadog.drop_unsampled',
  doc: 'Do not send traces that sampling rejected. The trace metrics of Datadog then only count what was kept.',
});

export const PARTIAL_FLUSH = variable({
  name: 'DD_TRACE_PARTIAL_FLUSH_MIN_SPANS',
  type: integer({ min: 1 }),
  default: 1_000,
  topic,
  yaml: 'exporter.datadog.partial_flush_spans',
  doc: 'Spans of one trace in one piece at most. Finished spans never wait for the rest of their trace.',
});

export const HOSTNAME = variable({
  name: 'DD_HOSTNAME',
  type: text('a host name'),
  topic,
  yaml: 'exporter.datadog.hostname',
  doc: 'The host name to put on spans (`_dd.hostname`).',
});

export const REPORT_HOSTNAME = variable({
  name: 'DD_TRACE_REPORT_HOSTNAME',
  type: datadogBoolean(),
  default: false,
  topic,
  doc: 'Put the host name of this machine on spans, if DD_HOSTNAME is not set.',
});

export const EXTERNAL_ENV = variable({
  name: 'DD_EXTERNAL_ENV',
  type: text(),
  topic,
  doc: 'Set by the Datadog admission controller; handed on to the Agent so that it finds the container.',
});

export const ENTITY_ID = variable({
  name: 'DD_ENTITY_ID',
  type: text('the UID of a pod'),
  topic,
  doc: 'The pod this process runs in; sent with metrics as `dd.internal.entity_id`.',
});

export const CARDINALITY = variable<'none' | 'low' | 'orchestrator' | 'high'>({
  name: 'DD_CARDINALITY',
  aliases: ['DATADOG_CARDINALITY'],
  type: oneOf(['none', 'low', 'orchestrator', 'high']),
  topic,
  doc: 'How many container tags the Agent adds to metrics.',
});

export const DOGSTATSD_URL = variable({
  name: 'DD_DOGSTATSD_URL',
  type: url(['udp', 'unix', 'http', 'https'], 'udp'),
  topic,
  yaml: 'exporter.datadog.dogstatsd.url',
  doc: 'Where DogStatsD is: `udp://host:8125`, `unix:///path` (needs the package unix-dgram), or the URL of the trace Agent to go through its proxy.',
});

export const DOGSTATSD_HOST = variable({
  name: 'DD_DOGSTATSD_HOST',
  aliases: ['DD_DOGSTATSD_HOSTNAME'],
  type: text('a host name or address'),
  own: 'address',
  topic,
  yaml: 'exporter.datadog.dogstatsd.host',
  doc: 'The host of DogStatsD; else DD_AGENT_HOST.',
});

export const DOGSTATSD_PORT = variable({
  name: 'DD_DOGSTATSD_PORT',
  type: integer({ min: 1, max: 65_535 }),
  own: 'address',
  topic,
  yaml: 'exporter.datadog.dogstatsd.port',
  doc: 'The UDP port of DogStatsD; 8125 if not set.',
});

export const HISTOGRAM_AGGREGATES = variable({
  name: 'SIGNALBOX_DOGSTATSD_AGGREGATES',
  type: boolean(),
  default: true,
  topic,
  yaml: 'exporter.datadog.dogstatsd.aggregates',
  doc: 'Send `.count`, `.sum`, `.min` and `.max` beside the distribution of each histogram.',
});

export const TIMESTAMPS = variable({
  name: 'SIGNALBOX_DOGSTATSD_TIMESTAMPS',
  type: boolean(),
  default: false,
  topic,
  yaml: 'exporter.datadog.dogstatsd.timestamps',
  doc: 'Send counts and gauges with their time. The Agent then does not add up what several processes send: only for processes with tags of their own.',
});

export const LOGS_INJECTION = variable({
  name: 'DD_LOGS_INJECTION',
  type: datadogBoolean(),
  default: true,
  topic,
  doc: 'Add `dd.trace_id`, `dd.span_id`, `dd.service`, `dd.env` and `dd.version` to records of pino, winston and bunyan.',
});

export const LOG_TRACE_ID_128 = variable({
  name: 'DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED',
  type: datadogBoolean(),
  default: true,
  topic,
  doc: 'Write `dd.trace_id` as 32 hex digits; `false`, or an id of 64 bits: as a decimal number of 64 bits.',
});

export const DATADOG_VARIABLES = [
  AGENT_URL,
  AGENT_HOST,
  AGENT_PORT,
  TIMEOUT,
  NAMING,
  DROP_UNSAMPLED,
  PARTIAL_FLUSH,
  HOSTNAME,
  REPORT_HOSTNAME,
  EXTERNAL_ENV,
  ENTITY_ID,
  CARDINALITY,
  DOGSTATSD_URL,
  DOGSTATSD_HOST,
  DOGSTATSD_PORT,
  HISTOGRAM_AGGREGATES,
  TIMESTAMPS,
  LOGS_INJECTION,
  LOG_TRACE_ID_128,
];
