import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';

/** The application around us, as far as its files tell. */
export interface Application {
  /** Directories to look for packages in: of the main script, then the working directory. */
  readonly directories: readonly string[];
  readonly name?: string;
  readonly version?: string;
}

/**
 * Finds the application's directories, and the name and version in the nearest package.json above
 * the main script. A script in `node_modules`, such as a framework's or a runner's command, stands
 * for the application around the working directory.
 *
 * @param mainScript `process.argv[1]`; without a script, as with `--eval`, anything may stand there
 */
export function findApplication(mainScript: string | undefined, workingDirectory: string): Application {
  const script = mainScript && isAbsolute(mainScript) ? [dirname(realPath(mainScript))] : [];
  const directories = [...new Set([...script, workingDirectory])];
  const isTool = script.some((directory) => directory.split(sep).includes('node_modules'));
  const starts = isTool ? [workingDirectory, ...script] : directories.slice(0, 1);
  for (const directory of starts.flatMap((start) => [...ancestors(start)])) {
    const { name, version } = readPackage(directory) ?? {};
    if (!name) continue;
    return { directories, name, ...(version ? { version } : {}) };
  }
  return { directories };
}

/** The directory of a package as one of `directories` would load it, or undefined. */
export function findPackage(name: string, directories: readonly string[]): string | undefined {
  for (const start of directories) {
    for (const directory of ancestors(start)) {
      const candidate = join(directory, 'node_modules', name);
      if (isReadable(join(candidate, 'package.json'))) return candidate;
    }
  }
  return undefined;
}

/** Loads a package as a file in `directory` would. @throws what the package throws. */
export function loadFrom(directory: string, specifier: string): unknown {
  return createRequire(join(directory, 'index.js'))(specifier);
}

/** With Node's permission model, to ask about a file that may not be read is an error of its own. */
function isReadable(file: string): boolean {
  try {
    return existsSync(file);
  } catch {
    // For the application it is not there either.
    return false;
  }
}

/** Where the commands in `node_modules/.bin` and linked packages really are, as Node.js sees them. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Node.js itself will say that there is no such file.
    return path;
  }
}

function* ancestors(directory: string): Generator<string> {
  const { root } = parse(directory);
  for (let current = directory; ; current = dirname(current)) {
    yield current;
    if (current === root || current === dirname(current)) return;
  }
}

function readPackage(directory: string): { name?: string; version?: string } | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof version === 'string' ? { version } : {}),
    };
  } catch {
    // No package.json here, or not a readable one: look further up.
    return undefined;
  }
}
