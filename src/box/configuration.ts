import {
  type ConfigTree,
  type Environment,
  type Loaded,
  loadConfig,
  openConfigFile,
  readPlugins,
} from '../config/index.ts';
import type { AnyComponent, Problem, Report } from '../core/index.ts';
import { BUILT_IN_COMPONENTS } from './components.ts';
import { loadPlugins, mergeComponents } from './plugins.ts';

/** What the configuration is read from. */
export interface ConfigurationInput {
  readonly env: Environment;
  readonly config?: ConfigTree | undefined;
  /** Components given in code, beside those of plug-ins. */
  readonly components?: readonly AnyComponent[] | undefined;
  /** Directory that relative paths of plug-ins and of the configuration file start from. */
  readonly directory: string;
}

/** The configuration with the components it was read for. */
export interface LoadedConfiguration extends Loaded {
  readonly components: readonly AnyComponent[];
}

/** Opens the configuration file, loads the plug-ins it names, then reads the whole configuration. */
export function loadConfiguration(input: ConfigurationInput): LoadedConfiguration {
  const found: Problem[] = [];
  const report: Report = (problem) => void found.push(problem);
  const { env, config: code } = input;
  const file = openConfigFile(env, report);
  const sources = { env, ...(file ? { file } : {}), ...(code ? { code } : {}) };
  const plugged = [
    ...(input.components ?? []),
    ...loadPlugins(readPlugins(sources), input.directory, report),
  ];
  const components = mergeComponents(BUILT_IN_COMPONENTS, plugged, report);
  const { config, problems } = loadConfig({ ...sources, components });
  return { config, components, problems: [...found, ...problems] };
}
