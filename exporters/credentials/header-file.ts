import { readdirSync, type Stats, statSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { join } from 'node:path';
import { errorMessage, readBoundedFile } from '../../src/core/index.ts';

/** What a file of headers holds, or what is wrong with it, never quoting it. */
export type HeaderFile =
  | {
      readonly headers: Readonly<Record<string, string>>;
      /** Milliseconds since the Unix epoch: when it was written. */
      readonly modifiedAt: number;
      /** Every user of the machine can read it. */
      readonly isOpen: boolean;
    }
  | { readonly mistake: string };

/** More is no file of headers. Servers take 8 to 64 KiB of headers in all. */
const MAX_BYTES = 65_536;
/** Nor is a directory with more files a directory of headers. */
export const MAX_FILES = 100;

/** Others may read. Source: POSIX, `S_IROTH`. */
const OTHERS_READ = 0o004;

/**
 * Reads headers: a file with one `name=value` or `Name: value` in each line, or a directory with a
 * file for each header, named like it, as Docker and Kubernetes mount secrets. Never throws.
 */
export function readHeaderFile(path: string): HeaderFile {
  try {
    const stat = statSync(path);
    const parts = stat.isDirectory() ? entriesOf(path) : [{ path, stat }];
    if (parts.length > MAX_FILES) return { mistake: `holds more than ${MAX_FILES} files` };
    const headers: Record<string, string> = {};
    for (const part of parts) {
      const text = readBoundedFile(part.path, MAX_BYTES).toString();
      const mistake = stat.isDirectory()
        ? addHeader(headers, part.name ?? '', text.trim(), `the file ${part.name}`)
        : addLines(headers, text);
      if (mistake !== undefined) return { mistake };
    }
    if (Object.keys(headers).length === 0) return { mistake: 'holds no header' };
    return {
      headers,
      modifiedAt: Math.max(...parts.map(({ stat: { mtimeMs } }) => mtimeMs)),
      isOpen: process.platform !== 'win32' && parts.some(({ stat: { mode } }) => (mode & OTHERS_READ) !== 0),
    };
  } catch (error) {
    return { mistake: `cannot be read (${(error as NodeJS.ErrnoException).code ?? errorMessage(error)})` };
  }
}

interface Part {
  readonly path: string;
  readonly stat: Stats;
  readonly name?: string;
}

/** The files of a directory; Kubernetes keeps its own behind names with a dot. */
function entriesOf(directory: string): Part[] {
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .slice(0, MAX_FILES + 1)
    .map((name) => ({ name, path: join(directory, name), stat: statSync(join(directory, name)) }))
    .filter(({ stat }) => stat.isFile());
}

function addLines(headers: Record<string, string>, text: string): string | undefined {
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const end = line.search(/[=:]/);
    if (end <= 0) return `has neither name=value nor "Name: value" in line ${index + 1}`;
    const mistake = addHeader(
      headers,
      line.slice(0, end).trim(),
      line.slice(end + 1).trim(),
      `line ${index + 1}`,
    );
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

/** What is wrong is told by its place: a value without its name looks like a name, and may be the secret. */
function addHeader(
  headers: Record<string, string>,
  name: string,
  value: string,
  place: string,
): string | undefined {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    return `has something in ${place} that headers cannot have`;
  }
  if (value === '') return `has an empty value in ${place}`;
  headers[name.toLowerCase()] = value;
  return undefined;
}
