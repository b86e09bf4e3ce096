import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { KINDS, type SpanWatchSettings } from './options.ts';

/** What marks a GenAI span in the conventions, and in OpenInference, OpenLLMetry and the AI SDK. */
const GENAI_MARKS = [
  'gen_ai.operation.name',
  'openinference.span.kind',
  'traceloop.span.kind',
  'ai.operationId',
];

/** Milliseconds between sweeps: a tenth of the shortest limit, within these bounds. */
const SHORTEST_SWEEP = 50;
const LONGEST_SWEEP = 30_000;

/** How long spans may be open. */
export class Limits {
  /** The shortest limit of all; Infinity if there is none. Nothing younger needs a look. */
  readonly shortest: number;
  private readonly byKind: readonly number[];
  private readonly genai: number;

  constructor({ limit, genaiLimit, kindLimits }: SpanWatchSettings) {
    this.byKind = KINDS.map((kind) => orNever(kindLimits[kind] ?? limit));
    this.genai = orNever(genaiLimit);
    this.shortest = Math.min(this.genai, ...this.byKind);
  }

  /** Milliseconds between two looks at what is open. */
  get sweepInterval(): number {
    return Math.min(LONGEST_SWEEP, Math.max(SHORTEST_SWEEP, this.shortest / 10));
  }

  /** Milliseconds that this span may be open. Looks at attributes, which may come after the start. */
  of({ attributes, kind }: ReadableSpan): number {
    if (GENAI_MARKS.some((mark) => attributes[mark] !== undefined)) return this.genai;
    return this.byKind[kind] ?? Number.POSITIVE_INFINITY;
  }
}

function orNever(limit: number): number {
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}
