export type { ConfigTree, ConfigValue } from './code-options.ts';
export type {
  BatchConfig,
  Chosen,
  Config,
  DeliveryConfig,
  FallbackConfig,
  LimitsConfig,
  PropagationConfig,
  ServiceConfig,
  SpoolConfig,
} from './config.ts';
export { openConfigFile } from './config-file.ts';
export { allVariables } from './core-variables.ts';
export type { SettingInEffect } from './describe.ts';
export { describeConfig } from './describe.ts';
export type { Loaded, LoadInput } from './load.ts';
export { loadConfig, readConfigFilePath, readPlugins } from './load.ts';
export type { Environment, Origin } from './reader.ts';
export type { LogLevel } from './variables/general.ts';
export type { ConfigFile } from './yaml-document.ts';
