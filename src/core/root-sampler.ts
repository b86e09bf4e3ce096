import type { Attributes, Context, SpanKind, TraceState } from '@opentelemetry/api';
import type { Sampler, SamplingDecision, SamplingResult } from '@opentelemetry/sdk-trace';

/** Not taken from the SDK, which nothing here needs to load. */
const NOT_RECORD: SamplingDecision.NOT_RECORD = 0;

/**
 * A decision against a trace that begins here, made before anything is written down about it: most
 * such traces are never sent, so nobody asks.
 */
export interface Rejection {
  readonly decision: SamplingDecision.NOT_RECORD;
  /** What children and other services are told. A new object each time: one per trace. */
  traceStateOf(traceId: string): TraceState;
}

/**
 * What our own tracers ask our own sampler, because OpenTelemetry's question costs more than most
 * answers: it takes a trace id, a copy of all attributes, and an answer with everything in it.
 * `shouldSample` gives the same decisions and stays what everybody else asks.
 *
 * A sampler with these methods promises that children of a local span that it has rejected are
 * rejected too; it is not asked about them.
 */
export interface RootSampler {
  /**
   * Rejects a trace whatever its id is and what the attributes are, given as the application wrote
   * them. Undefined if it takes more to know: nothing has been decided or counted then.
   *
   * @param context has no span, or one that is not valid
   */
  rejectRoot(context: Context, attributes: Attributes | undefined): Rejection | undefined;
  /** As `shouldSample`, for a span without a parent: what that answers, or a rejection in its place. */
  sampleRoot(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult | Rejection;
}

/** A sampler that can be asked in the shorter way. */
export interface QuickSampler extends Sampler {
  /** Absent in subclasses, whose `shouldSample` may be another. */
  readonly roots: RootSampler | undefined;
}

/** The shorter way, if the sampler has one. */
export function rootSamplerOf(sampler: Sampler): RootSampler | undefined {
  const { roots } = sampler as Partial<QuickSampler>;
  return typeof roots?.rejectRoot === 'function' ? roots : undefined;
}

/** Tells the two answers of {@link RootSampler.sampleRoot} apart. */
export function isRejection(answer: SamplingResult | Rejection): answer is Rejection {
  return answer.decision === NOT_RECORD && 'traceStateOf' in answer;
}
