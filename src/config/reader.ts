import {
  type AnyVariable,
  type DefaultedVariable,
  type EnvReader,
  nearest,
  type Parsed,
  type Problem,
  type Variable,
} from '../core/index.ts';
import type { Entry, Leaf } from './document.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. Options given in code beat the environment, which beats the file. */
export interface Sources {
  readonly env: Environment;
  readonly code?: readonly Entry[];
  readonly file?: readonly Entry[];
}

interface Candidate {
  readonly leaf: Leaf;
  readonly source: string;
}

interface Resolved {
  readonly value: unknown;
  readonly source: string | undefined;
}

/** Reads settings by their declaration, each once; collects problems and never throws. */
export class SettingsReader implements EnvReader {
  readonly problems: Problem[] = [];
  private readonly resolved = new Map<AnyVariable, Resolved>();
  private readonly code: ReadonlyMap<string, Entry>;
  private readonly file: ReadonlyMap<string, Entry>;

  constructor(private readonly sources: Sources) {
    this.code = byPath(sources.code);
    this.file = byPath(sources.file);
  }

  readonly report = (problem: Problem): void => {
    this.problems.push(problem);
  };

  get<T>(variable: DefaultedVariable<T>): T;
  get<T>(variable: Variable<T>): T | undefined;
  get<T>(variable: Variable<T>): T | undefined {
    return this.resolve(variable).value as T | undefined;
  }

  isSet(variable: AnyVariable): boolean {
    return this.candidates(variable).length > 0;
  }

  sourceOf(variable: AnyVariable): string {
    return this.resolve(variable).source ?? variable.name;
  }

  private resolve(variable: AnyVariable): Resolved {
    let resolved = this.resolved.get(variable);
    if (!resolved) {
      resolved = this.read(variable);
      this.resolved.set(variable, resolved);
    }
    return resolved;
  }

  private read(variable: AnyVariable): Resolved {
    const mistakes: { candidate: Candidate; parsed: Extract<Parsed<unknown>, { problem: string }> }[] = [];
    let result: Resolved = { value: variable.default, source: undefined };
    for (const candidate of this.candidates(variable)) {
      const parsed = parseLeaf(variable, candidate.leaf);
      if (!('problem' in parsed)) {
        result = { value: parsed.value, source: candidate.source };
        break;
      }
      mistakes.push({ candidate, parsed });
      if (parsed.instead !== undefined) {
        result = { value: parsed.instead, source: candidate.source };
        break;
      }
    }
    for (const { candidate, parsed } of mistakes) {
      this.report(describeMistake(variable, candidate, parsed, result.value));
    }
    return result;
  }

  private candidates(variable: AnyVariable): Candidate[] {
    const found: Candidate[] = [];
    const fromCode = variable.yaml === undefined ? undefined : this.code.get(variable.yaml);
    if (fromCode) found.push(fromCode);
    for (const name of [variable.name, ...(variable.aliases ?? [])]) {
      const value = this.sources.env[name]?.trim();
      // An empty value counts as not set (OpenTelemetry specification, environment variables).
      if (value) found.push({ leaf: value, source: name });
    }
    const fromFile = variable.yaml === undefined ? undefined : this.file.get(variable.yaml);
    if (fromFile) found.push(fromFile);
    return found;
  }
}

function byPath(entries: readonly Entry[] = []): ReadonlyMap<string, Entry> {
  return new Map(entries.filter(({ leaf }) => leaf !== '').map((entry) => [entry.path, entry]));
}

function parseLeaf(variable: AnyVariable, leaf: Leaf): Parsed<unknown> {
  const { type } = variable;
  if (typeof leaf === 'string') return type.parse(leaf.trim());
  if (isItems(leaf)) return type.parseItems?.(leaf) ?? { problem: 'is a list, not a single value' };
  return type.parseEntries?.(leaf) ?? { problem: 'is a map, not a single value' };
}

function isItems(leaf: Exclude<Leaf, string>): leaf is readonly string[] {
  return leaf.every((item) => typeof item === 'string');
}

function describeMistake(
  variable: AnyVariable,
  candidate: Candidate,
  parsed: Extract<Parsed<unknown>, { problem: string }>,
  used: unknown,
): Problem {
  const received = typeof candidate.leaf === 'string' ? candidate.leaf : candidate.leaf.join(', ');
  const suggestion = variable.type.words && nearest(received, variable.type.words);
  return {
    code: parsed.code ?? 'CFG001',
    source: candidate.source,
    message: `"${variable.secret ? '****' : shorten(received)}" ${parsed.problem}`,
    expected: variable.type.accepts,
    ...(suggestion ? { didYouMean: suggestion } : {}),
    used: describeUsed(variable, used),
  };
}

function describeUsed(variable: AnyVariable, used: unknown): string {
  if (used === undefined) return 'treating it as not set';
  return `using ${variable.secret ? '****' : variable.type.format(used)}`;
}

function shorten(value: string): string {
  return value.length > 120 ? `${value.slice(0, 117)}...` : value;
}
