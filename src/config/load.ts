import type { AnyComponent, AnyVariable, Problem, Report, Variable } from '../core/index.ts';
import { type ConfigTree, readTree } from './code-options.ts';
import type { BatchConfig, Config } from './config.ts';
import { allVariables, CORE_VARIABLES } from './core-variables.ts';
import { readDelivery } from './delivery.ts';
import { KnownPaths } from './entries.ts';
import { reportMisspeltNames, reportUnsupportedNames } from './misspelt.ts';
import { nameDestinations, reportAmbiguousNames } from './named-destinations.ts';
import { readPropagation } from './propagation.ts';
import { type Environment, SettingsReader } from './reader.ts';
import { readResourceAttributes } from './resource-attributes.ts';
import { Selection } from './selection.ts';
import { readService } from './service.ts';
import { readSpool } from './spool.ts';
import { FALLBACK, QUEUE_ITEMS } from './variables/delivery.ts';
import * as general from './variables/general.ts';
import * as identity from './variables/identity.ts';
import { LOG_LIMITS, SPAN_LIMITS } from './variables/limits.ts';
import * as pipeline from './variables/pipeline.ts';
import * as signals from './variables/signals.ts';
import { type ConfigFile, readYaml } from './yaml-document.ts';

/** The settings that name exporters. */
const CHOOSING: readonly Variable<readonly string[]>[] = [
  signals.BACKEND,
  signals.TRACES_EXPORTER,
  signals.METRICS_EXPORTER,
  signals.LOGS_EXPORTER,
  FALLBACK,
];

/** What to load from; the components give the names that may be chosen and their settings. */
export interface LoadInput {
  readonly env: Environment;
  readonly components: readonly AnyComponent[];
  readonly file?: ConfigFile;
  /** Options given in code: the same keys as in the file. They win over everything. */
  readonly code?: ConfigTree;
}

/** The configuration, and every mistake that was found on the way. */
export interface Loaded {
  readonly config: Config;
  readonly problems: readonly Problem[];
  /** The given components, and the named destinations. */
  readonly components: readonly AnyComponent[];
}

/**
 * Reads the whole configuration. Pure: the same input gives the same result, nothing is opened and
 * nothing is thrown.
 */
export function loadConfig(input: LoadInput): Loaded {
  const { env } = input;
  const components = withNamedDestinations(input);
  const variables = allVariables(components);
  const reader = readerOf(input, variables);
  const config = deepFreeze(buildConfig(reader, new Selection(reader, components)));
  for (const variable of variables) if (CORE_VARIABLES.includes(variable)) reader.get(variable);
  reportMisspeltNames(env, namesOf(variables), components, reader.report);
  reportAmbiguousNames(components, (name) => Boolean(env[name]), reader.report);
  reportUnsupportedNames(env, reader.report);
  reportNotYetActive(variables, reader);
  return { config, problems: Object.freeze([...reader.problems]), components };
}

/**
 * The components, and behind each exporter the destinations that are named after it (`otlp/eu`) in a
 * setting that chooses exporters, or below `exporter` in the file.
 */
export function withNamedDestinations(input: LoadInput): readonly AnyComponent[] {
  const { file, code, components } = input;
  const variables = file || code ? [...allVariables(components), ...CHOOSING] : [];
  const known = new KnownPaths(variables.flatMap(({ yaml }) => yaml ?? []));
  const reader = readerOf(input, CHOOSING, known);
  const words = CHOOSING.flatMap((variable) => reader.get(variable) ?? []);
  const keys = known.unknown.flatMap((path) => path.split('.').filter((key) => key.includes('/')));
  return nameDestinations(components, [...words, ...keys]);
}

/** A reader over all sources of the input, that holds the problems of the documents already. */
export function readerOf(
  input: Pick<LoadInput, 'env' | 'file' | 'code'>,
  variables: readonly AnyVariable[],
  known = new KnownPaths(variables.flatMap(({ yaml }) => (yaml === undefined ? [] : [yaml]))),
): SettingsReader {
  const { env, file, code } = input;
  const found: Problem[] = [];
  const report: Report = (problem) => void found.push(problem);
  const reader = new SettingsReader({
    env,
    code: code ? readTree(code, known, report) : [],
    file: file ? readYaml(file, known, env, report) : [],
  });
  for (const problem of found) reader.report(problem);
  return reader;
}

/** The modules to load plug-ins from; read before everything else, since plug-ins add settings. */
export function readPlugins(input: Pick<LoadInput, 'env' | 'file' | 'code'>): readonly string[] {
  return readerOf(input, [general.PLUGINS]).get(general.PLUGINS);
}

/** The path of the configuration file, if one is named. */
export function readConfigFilePath(env: Environment): string | undefined {
  return new SettingsReader({ env }).get(general.CONFIG_FILE);
}

function namesOf(variables: readonly AnyVariable[]): Set<string> {
  return new Set(variables.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
}

/** One line for all of them: they are no mistakes, only early. */
function reportNotYetActive(variables: readonly AnyVariable[], reader: SettingsReader): void {
  // A bad value has been reported already, and one line per mistake is enough.
  const early = variables.filter(
    (variable) => variable.notYetActive && reader.isSet(variable) && reader.originOf(variable) !== 'default',
  );
  if (early.length === 0) return;
  const one = early.length === 1;
  reader.report({
    code: 'CFG009',
    source: early.map((variable) => reader.sourceOf(variable)).join(', '),
    message: one
      ? 'is accepted, but the feature is not yet active'
      : 'are accepted, but the features are not yet active',
    used: `ignoring ${one ? 'it' : 'them'} for now`,
    severity: 'info',
  });
}

function buildConfig(reader: SettingsReader, selection: Selection): Config {
  const enabled = reader.get(pipeline.ENABLED_INSTRUMENTATIONS);
  const exporters = selection.exporters();
  return {
    enabled: !reader.get(general.SDK_DISABLED),
    strict: reader.get(general.STRICT),
    alongsideDdTrace: reader.get(general.ALONGSIDE_DD_TRACE),
    logLevel: reader.get(general.LOG_LEVEL),
    shutdownTimeout: reader.get(general.SHUTDOWN_TIMEOUT),
    service: readService(reader),
    resource: {
      attributes: readResourceAttributes(reader, exporters.signals.traces),
      detectors: reader.get(identity.RESOURCE_DETECTORS),
    },
    ...exporters,
    batch: { spans: batch(reader, signals.SPAN_BATCH), logs: batch(reader, signals.LOG_BATCH) },
    delivery: readDelivery(reader),
    ...readSpool(reader),
    metrics: metrics(reader),
    limits: {
      span: mapValues(SPAN_LIMITS, (variable) => reader.get(variable)),
      log: mapValues(LOG_LIMITS, (variable) => reader.get(variable)),
    },
    sampler: selection.sampler(),
    tracer: reader.get(pipeline.TRACER),
    sampling: selection.samplingRules(),
    ...readPropagation(reader, selection),
    processors: selection.processors(),
    credentials: selection.credentials(),
    instrumentations: {
      ...(enabled ? { enabled } : {}),
      disabled: reader.get(pipeline.DISABLED_INSTRUMENTATIONS),
      plugged: selection.instrumentations(),
    },
  };
}

/** A request costs about as much CPU as hundreds of spans. */
const BUSY_BATCH = 2_048;

function batch(reader: SettingsReader, table: typeof signals.SPAN_BATCH): BatchConfig {
  const own = reader.get(table.queueSize);
  const queueSize = own ?? reader.get(QUEUE_ITEMS);
  const limit = own === undefined ? QUEUE_ITEMS.name : table.queueSize.name;
  return {
    queueSize,
    batchSize: atMost(reader, table.batchSize, queueSize, limit),
    // What the user sets is a maximum.
    ...(reader.originOf(table.batchSize) === 'default' ? { busyBatchSize: BUSY_BATCH } : {}),
    delay: reader.get(table.delay),
    timeout: unlimitedIfZero(reader.get(table.timeout)),
  };
}

function metrics(reader: SettingsReader): Config['metrics'] {
  const interval = reader.get(signals.METRIC_EXPORT_INTERVAL);
  const { METRIC_EXPORT_TIMEOUT, METRIC_EXPORT_INTERVAL } = signals;
  return { interval, timeout: atMost(reader, METRIC_EXPORT_TIMEOUT, interval, METRIC_EXPORT_INTERVAL.name) };
}

/** A number that another setting limits; a mistake only if the user set both against each other. */
function atMost(
  reader: SettingsReader,
  variable: typeof signals.METRIC_EXPORT_TIMEOUT,
  limit: number,
  limitedBy: string,
): number {
  const value = reader.get(variable);
  if (value <= limit) return value;
  if (reader.originOf(variable) !== 'default') {
    reader.report({
      code: 'CFG011',
      source: reader.sourceOf(variable),
      message: `"${value}" is more than ${limitedBy}`,
      expected: `at most ${limit}`,
      used: `using ${limit}`,
    });
  }
  return limit;
}

/** The longest delay a timer of Node.js takes, about 25 days. */
const LONGEST_TIMER = 2_147_483_647;

/** A timeout of 0 is no limit (OpenTelemetry specification, environment variables, Timeout). */
function unlimitedIfZero(timeout: number): number {
  return timeout === 0 ? LONGEST_TIMER : timeout;
}

function mapValues<K extends string, V, R>(
  table: Readonly<Record<K, V>>,
  map: (value: V) => R,
): Record<K, R> {
  const entries = Object.entries<V>(table).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<K, R>;
}

/** Freezes plain objects and lists. What else a plug-in put into its settings stays as it is. */
function deepFreeze<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
