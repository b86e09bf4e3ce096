// biome-ignore lint/style/noRestrictedImports: the manifest is no code of ours, and the only place the version is written.
import manifest from '../../package.json' with { type: 'json' };

/** The version of this package, as in its package.json; put in at build time. */
export const VERSION: string = manifest.version;
