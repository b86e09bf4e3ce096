/** Which peers the global set-up has found, for test files and helpers. */
import type { Provision } from './cache.ts';

type Name = 'agentMapping' | 'collector' | 'testAgent';

const peers = JSON.parse(process.env.SIGNALBOX_PEERS ?? '{}') as Partial<Record<Name, Provision>>;

/** Folder of a peer. @throws if it is not there: tests that need it stand in `describeWith` */
export function folderOf(name: Name): string {
  const peer = peers[name];
  if (peer && 'path' in peer) return peer.path;
  throw new Error(`The peer ${name} is not available: ${peer?.unavailable ?? 'run npm run test:peers'}`);
}

/** `describe` if the peer is there; else its tests are skipped under a title that says why. */
export function describeWith(name: Name, title: string, tests: () => void): void {
  const peer = peers[name];
  if (peer && 'path' in peer) describe(title, tests);
  else describe.skip(`${title} (skipped: ${peer?.unavailable ?? 'not provided'})`, tests);
}
