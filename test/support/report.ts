/** What apps/journal.cjs has noted, of all processes and threads of an application together. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DestinationStats } from '../../src/index.ts';

/** The books of a destination. */
export type Books = Pick<
  DestinationStats,
  'destination' | 'accepted' | 'recovered' | 'delivered' | 'rejected' | 'dropped' | 'spooled' | 'inMemory'
>;

export interface Report {
  /** Of traces, one per destination. */
  readonly stats: readonly Books[];
  /** Uncaught exceptions and unhandled rejections. */
  readonly errors: readonly string[];
  /** KiB, of the largest process. */
  readonly maxRSS: number;
}

/** Ids of the spans that have ended. */
export function readEnded(directory: string): string[] {
  const path = join(directory, 'ended');
  // The last line may be half written.
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** Undefined if nobody came to it. */
export function readReport(directory: string): Report | undefined {
  const names = readdirSync(directory).filter((name) => name.startsWith('report-'));
  if (names.length === 0) return undefined;
  const all = names.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Report);
  const books = new Map<string, Books>();
  for (const one of all.flatMap(({ stats }) => stats)) {
    const before = books.get(one.destination);
    books.set(one.destination, before ? added(before, one) : one);
  }
  return {
    stats: [...books.values()],
    errors: all.flatMap(({ errors }) => errors),
    maxRSS: Math.max(...all.map(({ maxRSS }) => maxRSS)),
  };
}

function added(a: Books, b: Books): Books {
  const dropped: Record<string, number> = { ...a.dropped };
  for (const [reason, count] of Object.entries(b.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  return {
    destination: a.destination,
    accepted: a.accepted + b.accepted,
    recovered: a.recovered + b.recovered,
    delivered: a.delivered + b.delivered,
    rejected: a.rejected + b.rejected,
    dropped,
    spooled: a.spooled + b.spooled,
    inMemory: a.inMemory + b.inMemory,
  };
}
