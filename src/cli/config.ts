import { parseArgs } from 'node:util';
import type { Config, SettingInEffect } from '../config/index.ts';
import { errorMessage, formatProblem, type Problem, type Signal } from '../core/index.ts';
import { oneLine } from './one-line.ts';

/** What the command gets from the process around it. */
export interface ConfigIo {
  out(text: string): void;
  err(text: string): void;
  /** Reads environment, file and plug-ins as the box does. */
  load(): ReadConfiguration;
}

/** What was read. */
export interface ReadConfiguration {
  readonly config: Config;
  readonly problems: readonly Problem[];
  settings(): readonly SettingInEffect[];
}

const USAGE = `Usage: signalbox config [options]

Shows the settings in effect and where each came from, as this environment and the file that
SIGNALBOX_CONFIG_FILE names give them to a service started here. Secrets are masked.

  --set     only what somebody has set
  --all     also settings without a value
  --json    as JSON
  --check   end with status 1 if there is a mistake
  --help    show this`;

const OPTIONS = {
  set: { type: 'boolean' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * `signalbox config`. Settings go to stdout, mistakes to stderr.
 *
 * @returns the exit status: 0, 1 for mistakes with `--check`, 2 for wrong usage
 */
export function runConfig(args: readonly string[], io: ConfigIo): number {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    io.err(`signalbox config: ${oneLine(errorMessage(error))}`);
    return 2;
  }
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const read = io.load();
  const settings = read.settings().filter(({ origin, value }) => {
    const isSet = origin !== 'default';
    return isSet || (!values.set && (values.all || (value ?? '') !== ''));
  });
  for (const problem of read.problems) {
    io.err(oneLine(`signalbox: ${problem.severity === 'info' ? '' : 'WARN '}${formatProblem(problem)}`));
  }
  io.out(values.json ? toJson(settings, read) : toText(settings, read.config));
  const hasMistakes = read.problems.some(({ severity }) => severity !== 'info');
  return values.check && hasMistakes ? 1 : 0;
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS }).values;
}

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** What the settings come to. */
function summaryOf({ enabled, signals, fallback, sampler, propagators, processors }: Config) {
  return {
    enabled,
    signals: Object.fromEntries(SIGNALS.map((signal) => [signal, signals[signal]])),
    fallback,
    sampler: sampler.name,
    propagators: propagators.map(({ name }) => name),
    processors: processors.filter(isOn).map(({ name }) => name),
  };
}

/** A processor that is off is still there, and says so in its settings. */
function isOn({ settings }: Config['processors'][number]): boolean {
  return (settings as { enabled?: boolean } | undefined)?.enabled !== false;
}

function toJson(settings: readonly SettingInEffect[], { config, problems }: ReadConfiguration): string {
  return JSON.stringify({ ...summaryOf(config), settings, problems }, null, 2);
}

function toText(settings: readonly SettingInEffect[], config: Config): string {
  const { enabled, signals, fallback, sampler, propagators, processors } = summaryOf(config);
  const rows = settings.map((setting) => ({
    topic: setting.topic,
    left: oneLine(`${setting.name}=${setting.value ?? ''}`),
    right: oneLine(originOf(setting)),
  }));
  const width = Math.min(60, Math.max(0, ...rows.map(({ left }) => left.length)));
  const lines = rows.flatMap(({ topic, left, right }, index) => [
    ...(rows[index - 1]?.topic === topic ? [] : ['', `# ${topic}`]),
    `${left.padEnd(width)}  # ${right}`,
  ]);
  return [
    enabled ? '# telemetry is on' : '# telemetry is off: OTEL_SDK_DISABLED',
    ...Object.entries(signals).map(
      ([signal, names]) => `# ${signal} ${names.length > 0 ? `to ${listOf(names)}` : 'go nowhere'}`,
    ),
    ...(fallback.exporters.length > 0 ? [`# fallback ${listOf(fallback.exporters)} (${fallback.mode})`] : []),
    `# sampler ${sampler}; propagators ${listOf(propagators)}; processors ${listOf(processors)}`,
    ...lines,
  ].join('\n');
}

function listOf(names: readonly string[]): string {
  return oneLine(names.join(', ')) || 'none';
}

function originOf({ origin, source, value, name }: SettingInEffect): string {
  if (origin === 'default') return value === undefined ? 'not set' : 'default';
  if (origin === 'env')
    return source === undefined || source === name ? 'environment' : `environment, ${source}`;
  return source ?? origin;
}
