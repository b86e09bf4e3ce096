import type { SpoolConfig } from './config.ts';
import type { SettingsReader } from './reader.ts';
import * as spool from './variables/spool.ts';

/** Where telemetry is kept on disk; nothing if it is not. */
export function readSpool(reader: SettingsReader): { readonly spool?: SpoolConfig } {
  const directory = reader.get(spool.SPOOL_DIR);
  // Read in any case, so that mistakes are found.
  const rest = {
    mode: reader.get(spool.SPOOL_MODE),
    fsync: reader.get(spool.SPOOL_FSYNC),
    maxBytes: reader.get(spool.SPOOL_MAX_BYTES),
    maxAge: reader.get(spool.SPOOL_MAX_AGE),
  };
  return directory === undefined ? {} : { spool: { directory, ...rest } };
}
