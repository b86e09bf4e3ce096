export type { BatchConfig, Chosen, Config, LimitsConfig, ServiceConfig } from './config.ts';
export type { ConfigTree, ConfigValue } from './document.ts';
export type { ConfigFile, Loaded, LoadInput } from './load.ts';
export { allVariables, loadConfig, readConfigFilePath, readPlugins } from './load.ts';
export type { Environment } from './reader.ts';
export type { LogLevel } from './variables/general.ts';
