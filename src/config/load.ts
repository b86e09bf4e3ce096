import {
  type AnyComponent,
  type AnyVariable,
  type ComponentKind,
  nearest,
  type Problem,
  type Signal,
  type Variable,
} from '../core/index.ts';
import type { BatchConfig, Chosen, Config } from './config.ts';
import { type ConfigTree, type Entry, readTree, readYaml } from './document.ts';
import { reportMisspeltNames, reportUnknownKeys } from './misspelt.ts';
import { type Environment, SettingsReader } from './reader.ts';
import { readService } from './service.ts';
import * as general from './variables/general.ts';
import * as identity from './variables/identity.ts';
import { LIMITS, LOG_LIMITS, SPAN_LIMITS } from './variables/limits.ts';
import * as pipeline from './variables/pipeline.ts';
import * as signals from './variables/signals.ts';
import { UPCOMING } from './variables/upcoming.ts';

/** The settings of Signalbox itself; components add their own. */
export const CORE_VARIABLES: readonly AnyVariable[] = [
  ...general.GENERAL,
  ...identity.IDENTITY,
  ...signals.SIGNALS,
  ...LIMITS,
  ...pipeline.PIPELINE,
  ...UPCOMING,
];

/** A configuration file that was read from disk. */
export interface ConfigFile {
  /** As the user wrote it; shown in problems. */
  readonly name: string;
  readonly text: string;
}

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
}

/**
 * Reads the whole configuration. Pure: the same input gives the same result, nothing is opened and
 * nothing is thrown.
 */
export function loadConfig({ env, components, file, code }: LoadInput): Loaded {
  const variables = allVariables(components);
  const paths = new Set(variables.flatMap(({ yaml }) => (yaml === undefined ? [] : [yaml])));
  const found: Problem[] = [];
  const report = (problem: Problem): void => void found.push(problem);
  const fileEntries: Entry[] = file ? readYaml(file.text, file.name, paths, env, report) : [];
  const codeEntries = code ? readTree(code, paths) : [];
  const reader = new SettingsReader({ env, file: fileEntries, code: codeEntries });
  const config = deepFreeze(new ConfigLoader(reader, components).load());
  reportUnknownKeys([...codeEntries, ...fileEntries], paths, reader.report);
  reportMisspeltNames(env, namesOf(variables), reader.report);
  reportNotYetActive(variables, reader);
  return { config, problems: Object.freeze([...found, ...reader.problems]) };
}

/** Every setting of Signalbox and of the given components, one row per name. */
export function allVariables(components: readonly AnyComponent[]): AnyVariable[] {
  const byName = new Map<string, AnyVariable>();
  for (const variable of [...CORE_VARIABLES, ...components.flatMap((component) => component.variables)]) {
    if (!byName.has(variable.name)) byName.set(variable.name, variable);
  }
  return [...byName.values()];
}

/** The modules to load plug-ins from; read before everything else, since plug-ins add settings. */
export function readPlugins(input: Pick<LoadInput, 'env' | 'file' | 'code'>): readonly string[] {
  const paths = new Set([general.PLUGINS.yaml as string]);
  const file = input.file ? readYaml(input.file.text, input.file.name, paths, input.env, () => {}) : [];
  const code = input.code ? readTree(input.code, paths) : [];
  return new SettingsReader({ env: input.env, file, code }).get(general.PLUGINS);
}

/** The path of the configuration file, if one is named. */
export function readConfigFilePath(env: Environment): string | undefined {
  return new SettingsReader({ env }).get(general.CONFIG_FILE);
}

function namesOf(variables: readonly AnyVariable[]): Set<string> {
  return new Set(variables.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
}

function reportNotYetActive(variables: readonly AnyVariable[], reader: SettingsReader): void {
  for (const variable of variables) {
    if (!variable.notYetActive || !reader.isSet(variable)) continue;
    reader.report({
      code: 'CFG009',
      source: reader.sourceOf(variable),
      message: 'is accepted, but this feature is not yet active',
      used: 'ignoring it for now',
      severity: 'info',
    });
  }
}

class ConfigLoader {
  private readonly chosenExporters = new Map<string, Chosen>();
  private readonly chosen = new Map<string, Chosen>();

  constructor(
    private readonly reader: SettingsReader,
    private readonly components: readonly AnyComponent[],
  ) {}

  load(): Config {
    const { reader } = this;
    const signalNames = {
      traces: this.exportersOf('traces', signals.TRACES_EXPORTER),
      metrics: this.exportersOf('metrics', signals.METRICS_EXPORTER),
      logs: this.exportersOf('logs', signals.LOGS_EXPORTER),
    };
    const enabled = reader.get(pipeline.ENABLED_INSTRUMENTATIONS);
    return {
      enabled: !reader.get(general.SDK_DISABLED),
      strict: reader.get(general.STRICT),
      logLevel: reader.get(general.LOG_LEVEL),
      shutdownTimeout: reader.get(general.SHUTDOWN_TIMEOUT),
      service: readService(reader),
      resource: {
        attributes: { ...reader.get(identity.RESOURCE_ATTRIBUTES), ...reader.get(identity.DD_TAGS) },
        detectors: reader.get(identity.RESOURCE_DETECTORS),
      },
      exporters: [...this.chosenExporters.values()],
      signals: signalNames,
      batch: { spans: this.batch(signals.SPAN_BATCH), logs: this.batch(signals.LOG_BATCH) },
      metrics: {
        interval: reader.get(signals.METRIC_EXPORT_INTERVAL),
        timeout: Math.min(
          reader.get(signals.METRIC_EXPORT_TIMEOUT),
          reader.get(signals.METRIC_EXPORT_INTERVAL),
        ),
      },
      limits: { span: this.readAll(SPAN_LIMITS), log: this.readAll(LOG_LIMITS) },
      sampler: this.sampler(),
      propagators: this.named('propagator', pipeline.PROPAGATORS, new Set(reader.get(pipeline.PROPAGATORS))),
      processors: this.named('processor', pipeline.PROCESSORS, new Set(reader.get(pipeline.PROCESSORS))),
      instrumentations: {
        ...(enabled ? { enabled } : {}),
        disabled: reader.get(pipeline.DISABLED_INSTRUMENTATIONS),
      },
    };
  }

  private readAll<K extends string>(
    table: Readonly<Record<K, Variable<number>>>,
  ): Record<K, number | undefined> {
    const entries = Object.entries<Variable<number>>(table);
    return Object.fromEntries(entries.map(([key, variable]) => [key, this.reader.get(variable)])) as Record<
      K,
      number | undefined
    >;
  }

  private batch(table: typeof signals.SPAN_BATCH): BatchConfig {
    const queueSize = this.reader.get(table.queueSize);
    const batchSize = this.reader.get(table.batchSize);
    if (batchSize > queueSize) {
      this.reader.report({
        code: 'CFG011',
        source: this.reader.sourceOf(table.batchSize),
        message: `"${batchSize}" is more than ${table.queueSize.name}`,
        expected: `at most ${queueSize}`,
        used: `using ${queueSize}`,
      });
    }
    return {
      queueSize,
      batchSize: Math.min(batchSize, queueSize),
      delay: this.reader.get(table.delay),
      timeout: this.reader.get(table.timeout),
    };
  }

  /** The exporters of one signal: its own variable, else the backend. `none` wins. */
  private exportersOf(signal: Signal, own: Variable<readonly string[]>): string[] {
    const variable = this.reader.isSet(own) ? own : signals.BACKEND;
    const words = (this.reader.get(variable) ?? []).map((word) => word.toLowerCase());
    if (words.includes('none')) return [];
    const wanted = [...new Set(words)].filter((word) => this.canCarry(word, signal, variable === own));
    const chosen = this.named('exporter', variable, new Set(wanted), {
      fallback: variable === own || signal === 'traces' ? 'otlp' : undefined,
      accepted: this.names('exporter', signal),
      // SIGNALBOX_BACKEND is read once per signal, so only the first reading reports.
      silent: variable !== own && signal !== 'traces',
    });
    for (const exporter of chosen) this.chosenExporters.set(exporter.name, exporter);
    return chosen.map(({ name }) => name);
  }

  /** False for an exporter of other signals; a mistake only if it was named for this one. */
  private canCarry(name: string, signal: Signal, named: boolean): boolean {
    const component = this.find('exporter', name);
    if (!component || (component.signals ?? [signal]).includes(signal)) return true;
    return named;
  }

  private names(kind: ComponentKind, signal?: Signal): string[] {
    return this.components
      .filter((component) => component.kind === kind)
      .filter(({ signals: carried }) => !signal || !carried || carried.includes(signal))
      .map(({ name }) => name);
  }

  private find(kind: ComponentKind, name: string): AnyComponent | undefined {
    return this.components.find((component) => component.kind === kind && component.name === name);
  }

  /** Components by the names in a list setting; an unknown name is reported and the rest stay. */
  private named(
    kind: ComponentKind,
    variable: Variable<readonly string[]>,
    wanted: ReadonlySet<string>,
    options: { fallback?: string | undefined; accepted?: readonly string[]; silent?: boolean } = {},
  ): Chosen[] {
    const accepted = options.accepted ?? this.names(kind);
    const names = [...wanted].map((name) => name.toLowerCase());
    if (kind !== 'exporter' && names.length === 1 && names[0] === 'none') return [];
    const unknown = names.filter((name) => !accepted.includes(name) && name !== 'none');
    const known = names.filter((name) => accepted.includes(name));
    if (known.length === 0 && unknown.length > 0)
      known.push(...this.fallbackNames(variable, options.fallback));
    if (!options.silent) this.reportUnknown(variable, unknown, [...accepted, 'none'], known);
    return known.map((name) => this.choose(kind, name));
  }

  private fallbackNames(
    variable: Variable<readonly string[]>,
    fallback: string | undefined,
  ): readonly string[] {
    return fallback === undefined ? (variable.default ?? []) : [fallback];
  }

  private reportUnknown(
    variable: AnyVariable,
    unknown: readonly string[],
    accepted: readonly string[],
    used: readonly string[],
  ): void {
    for (const name of unknown) {
      const didYouMean = nearest(name, accepted);
      this.reader.report({
        code: 'CFG003',
        source: this.reader.sourceOf(variable),
        message: `"${name}" is not known`,
        expected: accepted.join(', '),
        ...(didYouMean ? { didYouMean } : {}),
        used: `using ${used.join(',') || 'none'}`,
      });
    }
  }

  private sampler(): Chosen {
    const accepted = this.names('sampler');
    const wanted = this.reader.get(pipeline.SAMPLER);
    const squeezed = wanted.toLowerCase().replace(/[-_]/g, '');
    const name = accepted.find((candidate) => candidate.replace(/[-_]/g, '') === squeezed);
    if (name) return this.choose('sampler', name);
    const fallback = pipeline.SAMPLER.default as string;
    this.reportUnknown(pipeline.SAMPLER, [wanted], accepted, [fallback]);
    return this.choose('sampler', fallback);
  }

  /** Reads the settings once, so that an exporter of several signals reports its mistakes once. */
  private choose(kind: ComponentKind, name: string): Chosen {
    const key = `${kind} ${name}`;
    const chosen = this.chosen.get(key) ?? { name, settings: this.find(kind, name)?.fromEnv(this.reader) };
    this.chosen.set(key, chosen);
    return chosen;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
