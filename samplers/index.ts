export { BUILT_IN_SAMPLERS } from './built-in.ts';
export {
  type CollectorExport,
  type CollectorOptions,
  exportCollector,
  type Finding,
  toPolicies,
} from './collector-export/index.ts';
export { adjustedCount, probabilityOf } from './consistent/rate.ts';
export {
  createSampling,
  rulesInForce,
  type Sampling,
  type SamplingDependencies,
  type TailSettings,
} from './create-sampling.ts';
export {
  type ExplainedRule,
  type ExplainedTrace,
  explainRules,
  explainTraces,
  readTraceFile,
} from './explain/index.ts';
export type { PrioritySamplerOptions } from './priority/options.ts';
export { PrioritySampler } from './priority/priority-sampler.ts';
export { RulePolicy } from './priority/rule-policy.ts';
export { AgentRateTable } from './rates/agent-rate-table.ts';
export { readSampling, type SamplingConfig } from './read-sampling.ts';
export { formatRule } from './rules/format.ts';
export { type ParsedRules, parseRules } from './rules/parse.ts';
export type { Condition, Key, RateSpec, Rule, Test } from './rules/rule.ts';
export { RuleSyntaxError } from './rules/syntax-error.ts';
export { STANDARD_SAMPLERS } from './standard.ts';
export { SAMPLING_VARIABLES } from './variables.ts';
