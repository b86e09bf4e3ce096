/** Where peers are kept between runs: outside the repository, one folder per recipe. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A peer that can be started, or the reason why not. */
export type Provision = { readonly path: string } | { readonly unavailable: string };

/** `SIGNALBOX_PEERS_CACHE`, else `signalbox-peers` in the user's cache folder (`XDG_CACHE_HOME`). */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return (
    env.SIGNALBOX_PEERS_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'signalbox-peers')
  );
}

/**
 * The folder made from this recipe, from the cache or made now. It is made under another name and
 * renamed when complete, so that a broken or concurrent run never leaves half of it.
 *
 * @param recipe everything that decides about the content
 * @param make fills the folder, or tells why it cannot
 */
export async function cached(
  name: string,
  recipe: readonly string[],
  make: (folder: string) => Promise<string | undefined>,
): Promise<Provision> {
  const key = createHash('sha256').update(recipe.join('\n')).digest('hex').slice(0, 16);
  const path = join(cacheFolder(), `${name}-${key}`);
  if (existsSync(path)) return { path };
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    const unavailable = await make(draft);
    if (unavailable !== undefined) return { unavailable };
    await rename(draft, path).catch((error: unknown) => {
      if (!existsSync(path)) throw error; // Else a concurrent run was first, with the same content.
    });
    return { path };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
