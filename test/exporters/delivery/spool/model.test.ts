import { readFileSync, writeFileSync } from 'node:fs';
import type { Hold } from '../../../../exporters/delivery/spool/index.ts';
import { EVERYTHING, filesBelow, killOwners, openSpool, type Recorded, temporary } from './support/disk.ts';

/** A failing run prints its seed; `SPOOL_SEED=… npx jest …/model.test.ts` runs that one again. */
const SEEDS = process.env.SPOOL_SEED
  ? [Number(process.env.SPOOL_SEED)]
  : Array.from({ length: 20 }, (_, index) => (Date.now() % 1_000_000) * 1_000 + index);

type Random = (below: number) => number;

/** Mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

interface Held {
  readonly names: string[];
  readonly holds: readonly Hold[];
}

/** A spool beside what it should hold. */
class Run {
  private readonly directory = temporary();
  private current: ReturnType<typeof openSpool>;
  private own: Recorded;
  private readonly free = new Set<string>();
  private held: Held[] = [];
  private readonly settled = new Set<string>();
  private dropped = 0;
  private next = 0;

  constructor(
    private readonly random: Random,
    private readonly options: { mode: 'write-ahead' | 'on-failure'; maxBytes: number },
  ) {
    this.current = openSpool(this.directory, options);
    this.own = this.current.stream();
  }

  async step(): Promise<void> {
    const actions = [
      this.append,
      this.append,
      this.writeAhead,
      this.writeAhead,
      this.take,
      this.take,
      this.settle,
      this.settle,
      this.release,
      this.crash,
      this.restart,
      this.corrupt,
    ];
    await Promise.resolve(actions[this.random(actions.length)]?.call(this));
    this.check();
  }

  /** All that can be read in the end is what should be there. */
  async finish(): Promise<void> {
    await this.restart();
    const names = this.own.drain();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect([name, this.free.delete(name)]).toEqual([name, true]);
    expect(this.free.size).toBe(this.evicted);
    expect([this.own.items, this.current.spool.stats().bytes]).toEqual([0, 0]);
  }

  private get evicted(): number {
    return this.dropped + (this.own.dropped.spool_full ?? 0);
  }

  private check(): void {
    expect(this.own.items).toBe(this.free.size - this.evicted);
  }

  private name(): string {
    return `${this.next++}.${'x'.repeat(this.random(200))}`;
  }

  private append(): void {
    const names = Array.from({ length: 1 + this.random(5) }, () => this.name());
    expect(this.own.append(...names)).toBe(true);
    for (const name of names) this.free.add(name);
  }

  private writeAhead(): void {
    const items = Array.from({ length: 1 + this.random(20) }, () => ({ name: this.name() }));
    for (const item of items) this.own.stream.writeAhead(item, [item.name] as never, 1);
    const holds = this.own.stream.holdsOf(items);
    if (holds) this.held.push({ names: items.map(({ name }) => name), holds });
    // Evicted while it was written: with a cap that may happen, and it is still in memory.
    else expect(this.options.maxBytes).toBeLessThan(100_000);
  }

  private take(): void {
    const limit = this.random(2) ? EVERYTHING : { items: 1 + this.random(10), bytes: 1_000, notBefore: 0 };
    const taken = this.own.stream.take(limit);
    if (!taken) return;
    const names = taken.batch as unknown as string[];
    expect(taken.items).toBe(names.length);
    for (const name of names) {
      expect([name, this.free.delete(name)]).toEqual([name, true]);
    }
    this.held.push({ names, holds: taken.holds });
  }

  private pick(): Held | undefined {
    return this.held.splice(this.random(this.held.length || 1), 1)[0];
  }

  private settle(): void {
    const held = this.pick();
    if (!held) return;
    this.own.stream.settle(held.holds);
    for (const name of held.names) this.settled.add(name);
  }

  private release(): void {
    const held = this.pick();
    if (!held) return;
    const released = this.own.stream.release(held.holds);
    if (released) for (const name of held.names) this.free.add(name);
    else expect(this.options.maxBytes).toBeLessThan(100_000);
  }

  /** Killed: all that is not settled is there for the next one. */
  private async crash(): Promise<void> {
    killOwners(this.directory);
    const evicted = this.held.some(({ holds }) => holds.some(({ segment }) => segment.isRemoved));
    for (const { names } of this.held) for (const name of names) this.free.add(name);
    await this.reopen();
    // What was evicted while it was in memory too is gone with the memory, and in no count.
    if (evicted) this.learn();
  }

  private async restart(): Promise<void> {
    for (const { names, holds } of this.held.splice(0)) {
      if (this.own.stream.release(holds)) for (const name of names) this.free.add(name);
    }
    this.current.spool.close();
    await this.reopen();
  }

  /** Killed, and a byte of a file is not what it was, or all behind it is gone. */
  private async corrupt(): Promise<void> {
    const files = filesBelow(this.directory).filter((name) => !name.includes('quarantine'));
    const path = files[this.random(files.length || 1)];
    const bytes = path && readFileSync(path);
    if (!bytes || bytes.length === 0) return;
    const at = this.random(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 + this.random(255));
    const isCut = this.random(3) === 0;
    writeFileSync(path, isCut ? bytes.subarray(0, at) : bytes);
    await this.crash();
    const lost = this.learn();
    // One byte is in one frame, of at most five items.
    if (!isCut && this.options.maxBytes > 100_000) expect(lost).toBeLessThanOrEqual(5);
  }

  /** Looks what is there: nothing that never was, nothing twice. @returns how many should be and are not */
  private learn(): number {
    const holds: Hold[] = [];
    const found = new Set<string>();
    for (let taken = this.own.stream.take(EVERYTHING); taken; taken = this.own.stream.take(EVERYTHING)) {
      for (const name of taken.batch as unknown as string[]) {
        // What was settled comes back if the note about it is gone.
        const isKnown = this.free.has(name) || this.settled.has(name);
        expect([name, isKnown, found.has(name)]).toEqual([name, true, false]);
        found.add(name);
      }
      holds.push(...taken.holds);
    }
    this.own.stream.release(holds);
    const missing = [...this.free].filter((name) => !found.has(name)).length;
    this.free.clear();
    for (const name of found) this.free.add(name);
    this.dropped = 0;
    for (const reason of ['spool_full', 'spool_corrupt'] as const) delete this.own.dropped[reason];
    return missing;
  }

  private async reopen(): Promise<void> {
    this.dropped += this.own.dropped.spool_full ?? 0;
    this.held = [];
    this.current = openSpool(this.directory, this.options);
    this.own = this.current.stream();
    this.current.open();
    await this.current.advance(2_000);
  }
}

describe.each([
  { mode: 'on-failure', maxBytes: 10_000_000 },
  { mode: 'write-ahead', maxBytes: 10_000_000 },
  { mode: 'on-failure', maxBytes: 20_000 },
] as const)('the spool does what a model in memory does: $mode, at most $maxBytes bytes', (options) => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const run = new Run(randomFrom(seed), options);
    for (let step = 0; step < 60; step++) await run.step();
    await run.finish();
  });
});
