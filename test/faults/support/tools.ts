/** Tools of the system that make a fault, if they are there. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a command is missing; undefined if it works here. */
export function missing(command: string, ...args: string[]): string | undefined {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `${command}: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** A script in the place of Node.js: it runs `$@` by `$NODE`, where something is bad. */
export function wrapper(directory: string, script: string): string {
  const path = join(directory, 'node');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
