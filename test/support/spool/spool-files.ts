import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The segments below a directory. */
export function filesBelow(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true }) as string[];
  return names.filter((name) => name.endsWith('.seg')).map((name) => join(directory, name));
}
