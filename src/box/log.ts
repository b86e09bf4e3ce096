import { type DiagLogFunction, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import type { LogLevel } from '../config/index.ts';
import { type Clock, formatProblem, type Log, type Problem } from '../core/index.ts';

/** How long the same message stays silent after it was written, in milliseconds. */
const REPEAT_AFTER = 60_000;
/** At most so many lines in {@link WINDOW} milliseconds, problems of the configuration aside. */
const MAX_LINES = 20;
const WINDOW = 10_000;
/** Characters of a line; names and values that users set can be of any length. */
const MAX_LENGTH = 2_000;
/** So many different messages are remembered for deduplication. */
const MAX_REMEMBERED = 500;

const LEVELS: Readonly<Record<LogLevel, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/**
 * All that Signalbox and the OpenTelemetry SDK say about themselves: one line each on stderr, the
 * same line once a minute, never a flood.
 */
export class StderrLog implements Log {
  private readonly seen = new Map<string, { at: number; suppressed: number }>();
  private level: DiagLogLevel;
  private windowStart = Number.NEGATIVE_INFINITY;
  private linesInWindow = 0;
  private suppressedInWindow = 0;

  constructor(
    level: LogLevel,
    private readonly clock: Clock,
    private readonly write: (line: string) => void,
  ) {
    this.level = LEVELS[level];
  }

  /** The level as the OpenTelemetry API knows it. */
  get diagLevel(): DiagLogLevel {
    return this.level;
  }

  setLevel(level: LogLevel): void {
    this.level = LEVELS[level];
  }

  error = (message: string): void => this.say(DiagLogLevel.ERROR, 'ERROR ', message);
  warn = (message: string): void => this.say(DiagLogLevel.WARN, 'WARN ', message);
  info = (message: string): void => this.say(DiagLogLevel.INFO, '', message);
  debug = (message: string): void => this.say(DiagLogLevel.DEBUG, 'DEBUG ', message);
  verbose = (message: string): void => this.say(DiagLogLevel.VERBOSE, 'VERBOSE ', message);

  /** Writes a mistake of the configuration. Each is said once, so nothing limits them. */
  problem(problem: Problem): void {
    const isInfo = problem.severity === 'info';
    if (this.level < (isInfo ? DiagLogLevel.INFO : DiagLogLevel.WARN)) return;
    this.write(oneLine(`signalbox: ${isInfo ? '' : 'WARN '}${formatProblem(problem)}`));
  }

  private say(level: DiagLogLevel, label: string, message: string): void {
    if (level > this.level) return;
    const line = oneLine(message.replace(/\s*[\r\n]+\s*/g, ' | '));
    const now = this.clock.monotonic();
    const suffix = this.repeats(line, now);
    if (suffix === undefined || !this.hasRoom(now)) return;
    this.write(`signalbox: ${label}${line}${suffix}`);
  }

  /** Undefined if the line was written a moment ago, else what to add to it. */
  private repeats(line: string, now: number): string | undefined {
    const before = this.seen.get(line);
    if (before && now - before.at < REPEAT_AFTER) {
      before.suppressed++;
      return undefined;
    }
    if (this.seen.size >= MAX_REMEMBERED) this.seen.delete(this.seen.keys().next().value as string);
    this.seen.delete(line);
    this.seen.set(line, { at: now, suppressed: 0 });
    return before?.suppressed ? ` (and ${before.suppressed} times since)` : '';
  }

  private hasRoom(now: number): boolean {
    if (now - this.windowStart >= WINDOW) {
      if (this.suppressedInWindow > 0)
        this.write(`signalbox: ${this.suppressedInWindow} more lines were left out`);
      this.windowStart = now;
      this.linesInWindow = 0;
      this.suppressedInWindow = 0;
    }
    if (++this.linesInWindow <= MAX_LINES) return true;
    this.suppressedInWindow++;
    return false;
  }
}

/** Without control characters, which could forge a line or colour the terminal, and not endless. */
function oneLine(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** Decides about one message of the SDK: the text to write, or undefined to leave it out. */
export type DiagFilter = (message: string) => string | undefined;

/** The log as the OpenTelemetry API's own logger. */
export function diagLogger(log: StderrLog, filter: DiagFilter): DiagLogger {
  const forward =
    (write: (message: string) => void): DiagLogFunction =>
    (message, ...args) => {
      const text = filter([message, ...args.map(describe)].join(' '));
      if (text !== undefined) write(text);
    };
  return {
    error: forward(log.error),
    warn: forward(log.warn),
    info: forward(log.info),
    debug: forward(log.debug),
    verbose: forward(log.verbose),
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
