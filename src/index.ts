export type { DeliveryStats, DestinationStats, DropReason } from '../exporters/index.ts';
export type { Box, SdkConfiguration, StartOptions } from './box/index.ts';
export { forceFlush, nodeSdkConfiguration, shutdown, spoolStats, start, stats } from './box/index.ts';
export type { Config, ConfigTree, ConfigValue, Environment } from './config/index.ts';
export type * from './core/index.ts';
export {
  boolean,
  defineComponent,
  defineCredentials,
  duration,
  integer,
  keyValues,
  listOf,
  number,
  oneOf,
  path,
  text,
  url,
  VERSION,
  variable,
} from './core/index.ts';
