/**
 * A mistake in what the user configured. Reported once, in one line, and never fatal to the
 * application: see {@link formatProblem}.
 */
export interface Problem {
  /** Stable and documented, e.g. `CFG003`. */
  readonly code: ProblemCode;
  /** The variable, the YAML key with file and line, or the module that is wrong. */
  readonly source: string;
  /** What is wrong, showing the value received (masked if secret): `"otpl" is not known`. */
  readonly message: string;
  /** What would be right: `otlp, console, none`. */
  readonly expected?: string;
  /** The nearest known word. */
  readonly didYouMean?: string;
  /** What happens instead: `using otlp`. */
  readonly used?: string;
  /** `warning` (default), or `info` for what is no mistake but must be said. */
  readonly severity?: 'warning' | 'info';
}

/** Every code with its meaning; `docs/problems.md` is made from it. */
export const PROBLEM_CODES = {
  CFG001: 'A value is not of the type the setting takes.',
  CFG002: 'A number is out of its range.',
  CFG003: 'A word is not one of those the setting takes.',
  CFG004: 'A variable name is not known and looks like a misspelling of one that is.',
  CFG005: 'The configuration file cannot be read.',
  CFG006: 'The configuration file is not valid YAML.',
  CFG007: 'A key of the configuration file is not known.',
  CFG008: 'The configuration file uses ${NAME} and NAME is not set.',
  CFG009: 'A setting is accepted, but the feature behind it is not active yet.',
  CFG010: 'A file named by a setting cannot be read.',
  CFG011: 'Two settings contradict each other.',
  CFG012: 'A setting has no effect without another one.',
  CFG013: 'A setting of another product has no meaning here and is ignored.',
  PLG001: 'A plug-in cannot be loaded.',
  PLG002: 'A plug-in exports something that is not a component.',
  PLG003: 'Two components have the same kind and name.',
  CMP001: 'A component failed while it was created.',
  INS001: 'An instrumentation failed and is skipped.',
  INS002: 'An instrumentation named in a setting is not installed.',
  INS003: 'Libraries that are imported as ES modules cannot be instrumented.',
  SDK001: 'Signalbox is loaded twice.',
  SDK002: 'Another OpenTelemetry SDK is already registered.',
  SDK003: 'The global OpenTelemetry API has another, incompatible version.',
  SDK004: 'This Node.js version is not supported.',
  SDK005: 'Strict mode: telemetry is off because of the problems above.',
  SDK006: 'dd-trace is at work in the same process.',
} as const;

/** A key of {@link PROBLEM_CODES}. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Takes problems as they are found. */
export type Report = (problem: Problem) => void;

/** The problem as its one line: source, message, expectation, consequence, code. */
export function formatProblem(problem: Problem): string {
  const parts = [`${problem.source}: ${problem.message}.`];
  if (problem.didYouMean) parts.push(`Did you mean "${problem.didYouMean}"?`);
  if (problem.expected) parts.push(`Expected: ${problem.expected}.`);
  if (problem.used) parts.push(`${problem.used[0]?.toUpperCase()}${problem.used.slice(1)}.`);
  // Control characters could forge a second line or colour the terminal.
  return `${parts.join(' ').replace(/\s*\p{Cc}+\s*/gu, ' ')} [${problem.code}]`;
}
