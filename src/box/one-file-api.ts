import { readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';

/** What the build has made one file of: the version, and the size of each file. */
declare const API: { readonly version: string; readonly sizes: Readonly<Record<string, number>> };

const { version: VERSION, sizes: SIZES } = API;
const NAME = '@opentelemetry/api';
/** Beside this one, once built. */
const COPY = './api-copy.cjs';

/**
 * Loads the API from one file and not from fifty, which took an eighth of a start, and hands it out as
 * the package: the application and its libraries get the same objects as Signalbox, as they would
 * otherwise. Only for the very package that the file was made of; another version, or one that was
 * changed after its installation, is loaded from its own files, and so is one that is loaded already.
 */
function shareApi(require: NodeJS.Require): void {
  const entry = require.resolve(NAME);
  if (require.cache[entry] !== undefined || !isSame(entry)) return;
  const stand = new Module(entry);
  stand.filename = entry;
  stand.exports = require(COPY);
  stand.loaded = true;
  require.cache[entry] = stand;
}

/** `entry` is `dist/index.cjs`. */
function isSame(entry: string): boolean {
  const folder = dirname(entry);
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as {
    version?: unknown;
  };
  if (version !== VERSION) return false;
  return Object.entries(SIZES).every(([file, size]) => statSync(join(folder, file)).size === size);
}

try {
  shareApi(createRequire(import.meta.url));
} catch {
  // It is laid out in another way than it was here, or is not there: whoever needs it will say so.
}
