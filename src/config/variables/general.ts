import { boolean, duration, listOf, oneOf, path, text, variable } from '../../core/index.ts';

const topic = 'General';

/** Accepted in `OTEL_LOG_LEVEL`, from silent to talkative. */
export const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;

/** A word of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

export const SDK_DISABLED = variable({
  name: 'OTEL_SDK_DISABLED',
  type: boolean(),
  default: false,
  topic,
  yaml: 'disabled',
  doc: 'Turns all telemetry off. Propagators stay installed, so trace context still passes through.',
});

export const CONFIG_FILE = variable({
  name: 'SIGNALBOX_CONFIG_FILE',
  type: path(),
  topic,
  doc: 'A YAML file with the same settings; the environment wins over it.',
});

export const PLUGINS = variable({
  name: 'SIGNALBOX_PLUGINS',
  type: listOf(text('paths or package names')),
  default: [],
  topic,
  yaml: 'plugins',
  doc: 'Modules to load components from: paths (relative to the working directory) or packages.',
});

export const STRICT = variable({
  name: 'SIGNALBOX_STRICT',
  type: boolean(),
  default: false,
  topic,
  yaml: 'strict',
  doc: 'Refuse to start telemetry if the configuration has any mistake. The application still runs.',
});

export const LOG_LEVEL = variable<LogLevel>({
  name: 'OTEL_LOG_LEVEL',
  type: oneOf(LOG_LEVELS),
  default: 'info',
  topic,
  yaml: 'log_level',
  doc: 'What Signalbox and the OpenTelemetry SDK write to stderr about themselves.',
});

export const SHUTDOWN_TIMEOUT = variable({
  name: 'SIGNALBOX_SHUTDOWN_TIMEOUT',
  type: duration({ max: 600_000 }),
  default: 1_000,
  topic,
  yaml: 'shutdown_timeout_ms',
  doc: 'How long the end of the process may be held up to deliver what is left, in milliseconds.',
});

/** Read before the rest of the configuration, in every thread; so it has no key in the file. */
export const WORKER_THREADS = variable({
  name: 'SIGNALBOX_WORKER_THREADS',
  type: boolean(),
  default: false,
  topic,
  doc: 'Start in worker threads too. They are often helpers that must stay small, so they are left alone by default.',
});

export const ALONGSIDE_DD_TRACE = variable({
  name: 'SIGNALBOX_ALONGSIDE_DD_TRACE',
  type: boolean(),
  default: false,
  topic,
  doc: 'Start although dd-trace is at work in the process. What both instrument is then traced twice.',
});

export const GENERAL = [
  SDK_DISABLED,
  CONFIG_FILE,
  PLUGINS,
  STRICT,
  LOG_LEVEL,
  SHUTDOWN_TIMEOUT,
  WORKER_THREADS,
  ALONGSIDE_DD_TRACE,
];
