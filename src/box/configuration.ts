import {
  type ConfigTree,
  describeConfig,
  type Environment,
  type Loaded,
  loadConfig,
  openConfigFile,
  readPlugins,
  type SettingInEffect,
} from '../config/index.ts';
import type { AnyComponent, Problem, Report } from '../core/index.ts';
import { BUILT_IN_COMPONENTS } from './components.ts';
import { loadPlugins, mergeComponents } from './plugins.ts';
import { environment } from './system-host.ts';

/** What the configuration is read from. */
export interface ConfigurationInput {
  /** Default: that of this process. */
  readonly env?: Environment | undefined;
  readonly config?: ConfigTree | undefined;
  /** Components given in code, beside those of plug-ins. */
  readonly components?: readonly AnyComponent[] | undefined;
  /** Directory that relative paths of plug-ins start from. Default: the working directory. */
  readonly directory?: string | undefined;
}

/** The configuration with the components it was read for. */
export interface LoadedConfiguration extends Loaded {
  readonly components: readonly AnyComponent[];
  /** Every setting with its value, secrets masked, and where it came from. Read again at each call. */
  settings(): readonly SettingInEffect[];
}

/** Opens the configuration file, loads the plug-ins it names, then reads the whole configuration. */
export function loadConfiguration(input: ConfigurationInput = {}): LoadedConfiguration {
  const found: Problem[] = [];
  const report: Report = (problem) => void found.push(problem);
  const { env = environment(), config: code, directory = process.cwd() } = input;
  const file = openConfigFile(env, report);
  const sources = { env, ...(file ? { file } : {}), ...(code ? { code } : {}) };
  const plugged = [...(input.components ?? []), ...loadPlugins(readPlugins(sources), directory, report)];
  const merged = mergeComponents(BUILT_IN_COMPONENTS, plugged, report);
  const { config, problems, components } = loadConfig({ ...sources, components: merged });
  return {
    config,
    components,
    problems: [...found, ...problems],
    settings: () => describeConfig({ ...sources, components: merged }),
  };
}
