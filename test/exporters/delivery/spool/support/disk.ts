import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../../../../../exporters/delivery/spool/file-system.ts';
import {
  Spool,
  type SpoolCodec,
  type SpoolDropReason,
  type SpoolOptions,
  type SpoolStream,
} from '../../../../../exporters/delivery/spool/index.ts';
import { manualHost } from '../../../support/manual-host.ts';

const MIB = 1024 * 1024;
const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** An empty directory that goes with the test file. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'spool-test-'));
  made.push(path);
  return path;
}

/** Batches of names, one per line. */
export const NAMES: SpoolCodec = {
  encode: (_signal, batch) => Buffer.from((batch as unknown as string[]).map((name) => `${name}\n`).join('')),
  decode: (_signal, payloads) =>
    Buffer.concat(payloads as Buffer[])
      .toString()
      .split('\n')
      .slice(0, -1) as never,
};

export const EVERYTHING = { items: 1_000_000, bytes: 64 * MIB, notBefore: 0 };

/** A spool in a directory, with a time of the test's own that begins in 2026. */
export function openSpool(
  directory: string,
  options: Partial<SpoolOptions> = {},
  files?: FileSystem,
  codec: SpoolCodec = NAMES,
) {
  const time = manualHost();
  const clock = { now: () => Date.UTC(2026, 10, 20) + time.now(), monotonic: time.now };
  const host = { ...time.host, clock };
  const all = {
    directory,
    mode: 'on-failure' as const,
    fsync: false,
    maxBytes: 256 * MIB,
    maxAge: 86_400_000,
    ...options,
  };
  const spool = new Spool(all, host, codec, files);
  const streams = new Map<string, Recorded>();
  const stream = (destination = 'otlp', signal: 'traces' | 'logs' = 'traces'): Recorded => {
    const key = `${destination}/${signal}`;
    const known =
      streams.get(key) ?? new Recorded(spool.stream(destination, signal) as SpoolStream<'traces'>);
    streams.set(key, known);
    return known;
  };
  return { ...time, host, spool, stream, open: () => spool.open() };
}

/** A stream of names, with what its listener was told. */
export class Recorded {
  recovered = 0;
  readonly dropped: Partial<Record<SpoolDropReason, number>> = {};

  constructor(readonly stream: SpoolStream<'traces'>) {
    stream.listener = {
      recovered: (items) => {
        this.recovered += items;
      },
      dropped: (items, reason) => {
        this.dropped[reason] = (this.dropped[reason] ?? 0) + items;
      },
      ready: () => {},
    };
  }

  append(...names: string[]): boolean {
    return this.stream.append(names as never, names.length);
  }

  /** Takes all there is, settles it and says what it was. */
  drain(limit = EVERYTHING): string[] {
    const names: string[] = [];
    for (let taken = this.stream.take(limit); taken; taken = this.stream.take(limit)) {
      names.push(...(taken.batch as unknown as string[]));
      this.stream.settle(taken.holds);
    }
    return names;
  }

  get items(): number {
    return this.stream.items;
  }
}

/** All files of a kind below a directory. */
export function filesBelow(directory: string, ending = '.seg'): string[] {
  return (readdirSync(directory, { recursive: true }) as string[])
    .filter((name) => name.endsWith(ending) && statSync(join(directory, name)).isFile())
    .map((name) => join(directory, name))
    .sort();
}

/** Makes all directories look as if their processes had been killed. */
export function killOwners(directory: string): void {
  for (const path of filesBelow(directory, 'owner')) {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...owner, start: '1' }));
  }
}
