// biome-ignore lint/style/noRestrictedImports: the version stands in package.json alone.
import packageJson from '../../package.json' with { type: 'json' };

/** The version of Signalbox, as in its package.json. */
export const VERSION: string = packageJson.version;
