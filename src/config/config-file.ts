import { type Report, readBoundedFile } from '../core/index.ts';
import { readConfigFilePath } from './load.ts';
import { showable } from './mask.ts';
import type { Environment } from './reader.ts';
import type { ConfigFile } from './yaml-document.ts';

/** More is not read into memory; the reader of the text has a limit of its own. */
const MAX_BYTES = 4_194_304;

/**
 * Opens the file that `SIGNALBOX_CONFIG_FILE` names. Undefined if none is named, or if it cannot be
 * read, which is reported in one line.
 */
export function openConfigFile(env: Environment, report: Report): ConfigFile | undefined {
  const name = readConfigFilePath(env);
  if (name === undefined) return undefined;
  try {
    return { name, text: readBoundedFile(name, MAX_BYTES).toString() };
  } catch (error) {
    const message = `"${showable(name)}" cannot be read: ${reasonOf(error)}`;
    report({ code: 'CFG005', source: 'SIGNALBOX_CONFIG_FILE', message, used: 'going on without it' });
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  ENOTDIR: 'there is no such directory',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (REASONS[code] ?? code);
}
