export type { AgentRates } from './agent-rates.ts';
export type { AgentRatesSink } from './agent-rates-sink.ts';
export type {
  AnyComponent,
  AtExit,
  Component,
  ComponentKind,
  ExporterInstance,
  InstanceOf,
  LogFields,
  ProcessorInstance,
  ServiceIdentity,
  Signal,
  Stability,
} from './component.ts';
export { defineComponent, isComponent } from './component.ts';
export { copySpan } from './copy-span.ts';
export type {
  Credentials,
  CredentialsDefinition,
  CredentialsProvider,
  HeaderSource,
  HeaderState,
} from './credentials.ts';
export { defineCredentials } from './credentials.ts';
export type { EnvReader } from './env-reader.ts';
export { errorMessage } from './error-message.ts';
export type { SizeOf } from './fit-json.ts';
export { firstCodePoints, fitJson, truncateLeaves } from './fit-json.ts';
export type { Clock, Counters, Host, Log, Timer } from './host.ts';
export { lateBuiltins } from './late-builtins.ts';
export { LLMOBS_ATTRIBUTE } from './llmobs-attribute.ts';
export { loadedModules, loadModule, resolveModule } from './load-module.ts';
export { loadPart } from './load-part.ts';
export { nearest } from './nearest.ts';
export type { Outcome } from './outcome.ts';
export type { PooledIdGeneratorOptions } from './pooled-id-generator.ts';
export { PooledIdGenerator } from './pooled-id-generator.ts';
export type { Problem, ProblemCode, Report } from './problem.ts';
export { formatProblem, PROBLEM_CODES } from './problem.ts';
export {
  decisionMakerOf,
  getPropagationState,
  getSpanState,
  PropagationState,
  priorityOf,
  propagationStateOf,
  setPropagationState,
} from './propagation-state.ts';
export { readBoundedFile } from './read-file.ts';
export type { QuickSampler, Rejection, RootSampler } from './root-sampler.ts';
export { isRejection, rootSamplerOf } from './root-sampler.ts';
export type { SafeValueLimits } from './safe-value.ts';
export { SAFE_VALUE_LIMITS, safeText, safeValue } from './safe-value.ts';
export { CUT_MARK, codePointBoundary, truncateText } from './safe-value-text.ts';
export { SmallContext } from './small-context.ts';
export type { SegmentEvaluation, SegmentVerdict, TailPolicy, TraceDecision } from './trace-decision.ts';
export { decisionOf, isWithdrawn } from './trace-decision.ts';
export { fromDecimalId, highTraceId, isHexId, toDecimalId, ZERO_ID } from './trace-id.ts';
export type { Range } from './value-types.ts';
export {
  boolean,
  datadogBoolean,
  duration,
  integer,
  keyValues,
  listOf,
  number,
  oneOf,
  path,
  text,
  url,
} from './value-types.ts';
export type { AnyVariable, DefaultedVariable, Parsed, ValueType, Variable } from './variable.ts';
export { variable } from './variable.ts';
export { VERSION } from './version.ts';
export { W3CTraceState } from './w3c-trace-state.ts';
