import {
  type AnyVariable,
  type DefaultedVariable,
  type EnvReader,
  formatProblem,
  nearest,
  type Parsed,
  type Problem,
  type Variable,
} from '../core/index.ts';
import type { Entry, Leaf } from './entries.ts';
import { MASK, showable } from './mask.ts';
import type { NamedVariable } from './named-destinations.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. Options given in code beat the environment, which beats the file. */
export interface Sources {
  readonly env: Environment;
  readonly code?: readonly Entry[];
  readonly file?: readonly Entry[];
}

/** Where a value came from. */
export type Origin = 'code' | 'env' | 'file' | 'default';

interface Candidate {
  readonly origin: Exclude<Origin, 'default'>;
  readonly leaf: Leaf;
  readonly source: string;
}

interface Resolved {
  readonly value: unknown;
  readonly origin: Origin;
  readonly source: string;
}

type Mistake = Extract<Parsed<unknown>, { problem: string }>;

/** Reads settings by their declaration, each once; collects problems and never throws. */
export class SettingsReader implements EnvReader {
  private readonly found = new Map<string, Problem>();
  private readonly resolved = new Map<AnyVariable, Resolved>();
  private readonly code: ReadonlyMap<string, Entry>;
  private readonly file: ReadonlyMap<string, Entry>;

  constructor(private readonly sources: Sources) {
    this.code = byPath(sources.code);
    this.file = byPath(sources.file);
  }

  /** What is wrong, in the order it was found, each once. */
  get problems(): readonly Problem[] {
    return [...this.found.values()];
  }

  readonly report = (problem: Problem): void => {
    const line = formatProblem(problem);
    if (!this.found.has(line)) this.found.set(line, problem);
  };

  get<T>(variable: DefaultedVariable<T>): T;
  get<T>(variable: Variable<T>): T | undefined;
  get<T>(variable: Variable<T>): T | undefined {
    return this.resolve(variable).value as T | undefined;
  }

  isSet(variable: NamedVariable): boolean {
    const { takesOver } = variable;
    return this.candidates(variable).length > 0 || (takesOver !== undefined && this.isSet(takesOver));
  }

  sourceOf(variable: AnyVariable): string {
    return this.resolve(variable).source;
  }

  /** Which of the sources gave the value. */
  originOf(variable: AnyVariable): Origin {
    return this.resolve(variable).origin;
  }

  private resolve(variable: NamedVariable): Resolved {
    let resolved = this.resolved.get(variable);
    if (!resolved) {
      const own = this.read(variable);
      const { takesOver } = variable;
      const other = takesOver && own.origin === 'default' ? this.resolve(takesOver) : own;
      resolved = other.origin === 'default' ? own : other;
      this.resolved.set(variable, resolved);
    }
    return resolved;
  }

  /** The first good value; a bad one counts as not set (OpenTelemetry specification, numeric and enum values). */
  private read(variable: AnyVariable): Resolved {
    const mistakes: [Candidate, Mistake][] = [];
    let result: Resolved = { value: variable.default, origin: 'default', source: variable.name };
    for (const candidate of this.candidates(variable)) {
      const parsed = parseLeaf(variable, candidate.leaf);
      const value = 'problem' in parsed ? parsed.instead : parsed.value;
      if ('problem' in parsed) mistakes.push([candidate, parsed]);
      if (value === undefined) continue;
      result = { value, origin: candidate.origin, source: candidate.source };
      break;
    }
    for (const [candidate, mistake] of mistakes) {
      this.report(describeMistake(variable, candidate, mistake, result.value));
    }
    return result;
  }

  private candidates(variable: AnyVariable): Candidate[] {
    const found: Candidate[] = [];
    const fromCode = variable.yaml === undefined ? undefined : this.code.get(variable.yaml);
    if (fromCode) found.push({ ...fromCode, origin: 'code' });
    for (const name of [variable.name, ...(variable.aliases ?? [])]) {
      const text = Object.hasOwn(this.sources.env, name) ? this.sources.env[name]?.trim() : undefined;
      // An empty value counts as not set (OpenTelemetry specification, environment variables).
      if (text) found.push({ leaf: { kind: 'scalar', text }, source: name, origin: 'env' });
    }
    const fromFile = variable.yaml === undefined ? undefined : this.file.get(variable.yaml);
    if (fromFile) found.push({ ...fromFile, origin: 'file' });
    return found;
  }
}

function byPath(entries: readonly Entry[] = []): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function parseLeaf({ type }: AnyVariable, leaf: Leaf): Parsed<unknown> {
  const wrongShape = { problem: `is a ${leaf.kind}, not a single value` };
  if (leaf.kind === 'scalar') return type.parse(leaf.text);
  if (leaf.kind === 'list') return type.parseItems?.(leaf.items) ?? wrongShape;
  return type.parseEntries?.(leaf.entries) ?? wrongShape;
}

function describeMistake(
  variable: AnyVariable,
  { leaf, source }: Candidate,
  mistake: Mistake,
  used: unknown,
): Problem {
  const received = textOf(leaf);
  const didYouMean = suggestion(variable, mistake.received ?? received);
  return {
    code: mistake.code ?? 'CFG001',
    source,
    message: variable.secret
      ? `"${MASK}" ${mistake.received === undefined ? mistake.problem : `has an item that ${mistake.problem}`}`
      : describeReceived(received, mistake),
    expected: variable.type.accepts,
    ...(didYouMean ? { didYouMean } : {}),
    used: describeUsed(variable, used),
  };
}

function describeUsed(variable: AnyVariable, used: unknown): string {
  const shown = used === undefined ? '' : showValue(variable, used);
  return shown === '' ? 'treating it as not set' : `using ${shown}`;
}

function describeReceived(received: string, { problem, received: item }: Mistake): string {
  if (item === undefined || item === received) return `"${showable(received)}" ${problem}`;
  return `"${showable(received)}" has "${showable(item)}", which ${problem}`;
}

function suggestion({ type, secret }: AnyVariable, received: string): string | undefined {
  if (secret || !type.words) return undefined;
  const word = nearest(received, type.words);
  return word === received ? undefined : word;
}

function textOf(leaf: Leaf): string {
  if (leaf.kind === 'scalar') return leaf.text;
  if (leaf.kind === 'list') return leaf.items.join(',');
  return leaf.entries.map(([key, value]) => `${key}=${value}`).join(',');
}

/** A value as messages and dumps may show it: in the form users write it, never a secret. */
export function showValue(variable: AnyVariable, value: unknown): string {
  return variable.secret ? MASK : showable(variable.type.format(value));
}
