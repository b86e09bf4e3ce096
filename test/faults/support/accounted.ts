/** What must hold after every fault. */
import type { DestinationStats } from '../../../src/index.ts';
import type { Outcome } from './sufferer.ts';

/** What a row promises; what is not said must not be. */
export interface Expected {
  /** Exit code. Default 0. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  /** Spans that are lost, by the door they left: a reason of `dropped`, or `rejected`. Default none. */
  readonly lost?: Readonly<Record<string, number>>;
  /**
   * So many are also lost by the last attempt of the process, as `exit` or, where it got so far that the
   * backend may have them, as `unconfirmed`. Default 0.
   */
  readonly unsent?: number;
  /** Most spans that may come twice. Default 0. */
  readonly duplicates?: number;
  /** What the lines on stderr say behind the first, in turn. Default none. */
  readonly lines?: readonly RegExp[];
  /** In the place of `lines`: so many pairs of one that it fails and one that it works again, at most. */
  readonly outages?: number;
  /** Errors that the application itself made. Default none. */
  readonly errors?: readonly string[];
  /** Milliseconds that we may add to the end of the process. Default {@link SHUTDOWN}. */
  readonly within?: number;
}

export const FAILS = /WARN .*export of traces fails/;
export const WORKS = /export of traces works again/;
export const LOST = /WARN (lost in this process|sent, but not confirmed)/;

/** The default of SIGNALBOX_SHUTDOWN_TIMEOUT. */
const SHUTDOWN = 1_000;
/** What a busy machine may add to an exit. */
const SLACK = 3_000;
/** KiB. A process with OpenTelemetry alone takes about 120 MiB. */
const MOST_MEMORY = 350 * 1024;

/** Fails unless all spans are accounted for and the application has noticed nothing. */
export function expectAccounted(
  outcome: Outcome,
  received: readonly string[],
  expected: Expected = {},
): void {
  const { exit, report } = outcome;
  const { code = 0, signal = null, errors = [], within = SHUTDOWN } = expected;
  // Together, so that a failure shows all that is known.
  const seen = { code: exit.code, signal: exit.signal, errors: report?.errors ?? [] };
  const said = linesOf(exit.stderr);
  const lines = expected.outages === undefined ? (expected.lines ?? []) : pairs(said, expected.outages);
  expect({ ...seen, lines: matching(said, lines) }).toEqual({ code, signal, errors, lines });
  for (const stats of report?.stats ?? []) expectBalanced(stats, outcome, expected);
  expectReceived(outcome, received, expected);
  expect(report?.maxRSS).toBeLessThan(MOST_MEMORY);
  expect(exit.afterSignal ?? exit.afterOutput).toBeLessThan(within + SLACK);
}

/** `accepted = delivered + rejected + dropped + spooled + in memory`, and exactly the promised loss. */
function expectBalanced(
  stats: DestinationStats,
  { ended }: Outcome,
  { lost = {}, unsent = 0 }: Expected,
): void {
  const { accepted, delivered, rejected, dropped, spooled, inMemory } = stats;
  const gone: Record<string, number> = { ...dropped, ...(rejected > 0 ? { rejected } : {}) };
  expect(delivered + spooled + inMemory + sum(gone)).toBe(accepted);
  const { exit = 0, unconfirmed = 0, ...others } = gone;
  const known = unsent > 0 ? { ...others, unsent: exit + unconfirmed } : gone;
  const promised = unsent > 0 ? { ...lost, unsent } : lost;
  expect({ accepted, inMemory, lost: known }).toEqual({
    accepted: ended.length,
    inMemory: 0,
    lost: promised,
  });
}

/** By ids: what counts as delivered was received, and nothing that was not ended. */
function expectReceived(
  { ended, report }: Outcome,
  received: readonly string[],
  { duplicates = 0 }: Expected,
): void {
  const ids = new Set(received);
  const own = new Set(ended);
  expect(own.size).toBe(ended.length);
  expect(received.filter((id) => !own.has(id))).toEqual([]);
  expect(received.length - ids.size).toBeLessThanOrEqual(duplicates);
  for (const { delivered, rejected, dropped } of report?.stats ?? []) {
    expect(ids.size).toBeGreaterThanOrEqual(delivered);
    // A backend may have what it did not confirm, or what it refused of a request that it took.
    expect(ids.size).toBeLessThanOrEqual(delivered + rejected + sum(dropped));
  }
}

/** The lines that are ours behind the first, which says what was started. */
export function linesOf(stderr: string): string[] {
  const own = stderr.split('\n').filter((line) => line.startsWith('signalbox:'));
  return own.filter((line) => !/ started: /.test(line));
}

/** As many pairs as there are, up to the most that may be. */
function pairs(said: readonly string[], most: number): RegExp[] {
  const count = Math.min(most, Math.ceil(said.length / 2));
  return Array.from({ length: count }, () => [FAILS, WORKS]).flat();
}

/** Each line as the pattern that it matches, or as it is. */
function matching(lines: readonly string[], patterns: readonly RegExp[] = []): (string | RegExp)[] {
  return lines.map((line, index) => (patterns[index]?.test(line) ? (patterns[index] as RegExp) : line));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
