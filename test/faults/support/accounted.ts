/** What must hold after every fault. */
import type { Books } from '../../support/report.ts';
import type { Outcome } from './sufferer.ts';

/** What the books of a destination must say; what is not said must not be. */
export interface ExpectedBooks {
  /** Its name, if it is not the only one. */
  readonly destination?: string;
  /** Spans that are lost, by the door they left: a reason of `dropped`, or `rejected`. Default none. */
  readonly lost?: Readonly<Record<string, number>>;
  /**
   * So many are also lost by the last attempt of the process, as `exit` or, where it got so far that the
   * backend may have them, as `unconfirmed`. Default 0.
   */
  readonly unsent?: number;
  /** Ids of what earlier processes have left on disk for this one. Default none. */
  readonly earlier?: readonly string[];
  /** How many of them it has found. Default all. */
  readonly recovered?: number;
  /** So many are left: on disk or, where it was cut off in the middle, in memory. Default 0. */
  readonly left?: number;
  /** Most spans that may come twice. Default 0. */
  readonly duplicates?: number;
}

/** What a row promises; what is not said must not be. */
export interface Expected extends ExpectedBooks {
  /** Exit code. Default 0. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  /** Patterns of lines that come once each, at any time beside the others. Default none. */
  readonly beside?: readonly RegExp[];
  /** What the lines on stderr say behind the first, in turn. Default none. */
  readonly lines?: readonly RegExp[];
  /** In the place of `lines`: so many pairs of one that it fails and one that it works again, at most. */
  readonly outages?: number;
  /** What lines of others on stderr say, if there are any. Default none, but for those about errors. */
  readonly foreign?: RegExp;
  /** Errors that the application itself made. Default none. */
  readonly errors?: readonly string[];
  /** Milliseconds that we may add to the end of the process. Default {@link SHUTDOWN}. */
  readonly within?: number;
}

export const FAILS = /WARN .*export of traces fails/;
export const WORKS = /export of traces works again/;
export const KEPT = /kept on disk for the next process: /;
export const LOST = /WARN (lost in this process|sent, but not confirmed)/;

/** The default of SIGNALBOX_SHUTDOWN_TIMEOUT. */
export const SHUTDOWN = 1_000;
/** What a busy machine may add to an exit. */
export const SLACK = 3_000;
/** KiB. A process with OpenTelemetry alone takes about 120 MiB. */
export const MOST_MEMORY = 350 * 1024;
/** Milliseconds until an application that fills its memory has done so and has been told. */
export const HEAP_FULL = 20_000;
const OURS = /^signalbox:/;
/** Ends that nobody can do anything about. */
const CUT_OFF = new Set<NodeJS.Signals | null>(['SIGABRT', 'SIGKILL']);

/** Fails unless all spans are accounted for and the application has noticed nothing. */
export function expectAccounted(
  outcome: Outcome,
  received: readonly string[],
  expected: Expected = {},
): void {
  const { exit, report } = outcome;
  const { code = 0, signal = null, errors = [], beside = [], within = SHUTDOWN } = expected;
  // Node.js says at length how an application fails.
  const isLoud = errors.length > 0 || CUT_OFF.has(exit.signal);
  const foreign = exit.stderr
    .split('\n')
    .filter((line) => !isLoud && line !== '' && !OURS.test(line) && !expected.foreign?.test(line));
  // Together, so that a failure shows all that is known.
  const seen = { code: exit.code, signal: exit.signal, errors: report?.errors ?? [] };
  const said = linesOf(exit.stderr);
  const missing = beside.filter((pattern) => takeLine(said, pattern) === undefined);
  const lines = expected.outages === undefined ? (expected.lines ?? []) : pairs(said, expected.outages);
  expect({ ...seen, foreign, missing, lines: matching(said, lines) }).toEqual({
    code,
    signal,
    errors,
    foreign: [],
    missing: [],
    lines,
  });
  expectBooks(outcome, received, expected);
  expect(report?.maxRSS).toBeLessThan(MOST_MEMORY);
  expect(exit.afterSignal ?? exit.afterOutput).toBeLessThan(within + SLACK);
}

/** Fails unless the spans of a destination are accounted for, by its own books and by what it received. */
export function expectBooks(outcome: Outcome, received: readonly string[], expected: ExpectedBooks): void {
  const all = outcome.report?.stats ?? [];
  const { destination = all[0]?.destination } = expected;
  // Where a row names none, there is one.
  if (expected.destination === undefined) expect(all).toHaveLength(1);
  const books = all.find((one) => one.destination === destination);
  if (!books) throw new Error(`no books of ${destination} among ${JSON.stringify(all)}`);
  expectBalanced(books, outcome, expected);
  expectReceived(books, outcome, received, expected);
}

/** `accepted = delivered + rejected + dropped + spooled + in memory`, and exactly the promised loss. */
function expectBalanced(
  books: Books,
  { ended, exit }: Outcome,
  { lost = {}, unsent = 0, left = 0, earlier = [], recovered = earlier.length }: ExpectedBooks,
): void {
  const { accepted, delivered, rejected, dropped, spooled, inMemory } = books;
  const gone: Record<string, number> = { ...dropped, ...(rejected > 0 ? { rejected } : {}) };
  expect(delivered + spooled + inMemory + sum(gone)).toBe(accepted);
  const { exit: unsentAtExit = 0, unconfirmed = 0, ...others } = gone;
  const known = unsent > 0 ? { ...others, unsent: unsentAtExit + unconfirmed } : gone;
  const promised = unsent > 0 ? { ...lost, unsent } : lost;
  expect({ accepted, recovered: books.recovered, left: spooled + inMemory, lost: known }).toEqual({
    accepted: ended.length + recovered,
    recovered,
    left,
    lost: promised,
  });
  // Whatever ends in any order gives up what is in memory.
  if (!CUT_OFF.has(exit.signal)) expect(inMemory).toBe(0);
}

/** By ids: what counts as delivered was received, and nothing that was not ended. */
function expectReceived(
  { delivered, rejected, dropped }: Books,
  { ended }: Outcome,
  received: readonly string[],
  { duplicates = 0, earlier = [], left = 0 }: ExpectedBooks,
): void {
  const ids = new Set(received);
  const own = new Set(ended);
  const known = new Set([...ended, ...earlier]);
  expect(own.size).toBe(ended.length);
  expect(received.filter((id) => !known.has(id))).toEqual([]);
  expect(received.length - ids.size).toBeLessThanOrEqual(duplicates);
  expect(ids.size).toBeGreaterThanOrEqual(delivered);
  // A backend may have what it did not confirm, or what it refused of a request that it took.
  expect(ids.size).toBeLessThanOrEqual(delivered + rejected + sum(dropped) + left);
}

/** The lines that are ours behind the first, which says what was started. */
export function linesOf(stderr: string): string[] {
  const own = stderr.split('\n').filter((line) => OURS.test(line));
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

/** Takes the first line off that matches. */
function takeLine(lines: string[], pattern: RegExp): string | undefined {
  const index = lines.findIndex((line) => pattern.test(line));
  return index < 0 ? undefined : lines.splice(index, 1)[0];
}
