import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  type AgentRates,
  errorMessage,
  type Host,
  type Report,
  readBoundedFile,
  type TailPolicy,
} from '../src/core/index.ts';
import { type PrioritySamplerOptions, RULE_ATTRIBUTE } from './priority/options.ts';
import { PrioritySampler } from './priority/priority-sampler.ts';
import { RulePolicy } from './priority/rule-policy.ts';
import { reportMistakes, type SamplingConfig, warnIfOpenEnded } from './read-sampling.ts';
import { readDatadogRules } from './rules/datadog-rules.ts';
import { parseRules } from './rules/parse.ts';
import type { Rule } from './rules/rule.ts';
import { RuleList } from './rules/rule-list.ts';
import { SpanRules } from './rules/span-rules.ts';

const MAX_RULES_BYTES = 4_194_304;

/** What a tail sampling processor is given; `TailSamplingProcessor` takes it as it is. */
export interface TailSettings {
  readonly host: Host;
  readonly policy: TailPolicy;
  readonly limits: SamplingConfig['buffer'];
  readonly flush: SamplingConfig['flush'];
  readonly shutdown: SamplingConfig['shutdown'];
  readonly passDropped: boolean;
}

/** What sampling needs from whoever assembles it. */
export interface SamplingDependencies {
  readonly service?: string;
  readonly env?: string;
  readonly agentRates?: AgentRates;
  /** A Datadog exporter is in use: rate tags are written. */
  readonly datadog?: boolean;
  /** Dropped traces are recorded and handed on unsampled, for Datadog's trace metrics. */
  readonly recordDropped?: boolean;
  /** `TailSamplingProcessor`; without it rules on end facts never match. */
  readonly tail?: new (
    next: SpanProcessor,
    settings: TailSettings,
  ) => SpanProcessor;
}

/** Sampling, ready to be put into a provider. */
export interface Sampling {
  readonly sampler: Sampler;
  /** Present if the rules need a tail sampler: wraps the processor behind it. */
  readonly processor?: (next: SpanProcessor) => SpanProcessor;
}

/** Builds the sampler and, if a rule asks for what is only known later, the tail sampler. */
export function createSampling(
  config: SamplingConfig,
  host: Host,
  deps: SamplingDependencies = {},
): Sampling {
  const rules = rulesInForce(config, host.report);
  const singles = spanRulesInForce(config, host.report);
  const hasSpanRules = singles.length > 0;
  const needsTail = new RuleList(rules, host.clock).needsTail && config.propagate === 'head';
  const { tail: Tail } = deps;
  if (needsTail && !Tail) {
    host.report({
      code: 'CFG012',
      source: 'sampling.rules',
      message: 'some rules ask what is only known when spans end, and no tail sampler is there',
      used: 'such rules never match',
    });
  }
  const options: PrioritySamplerOptions = {
    rules,
    parent: config.parent,
    propagate: config.propagate,
    rv: config.rv,
    rateLimit: config.rateLimit,
    ruleAttribute: config.ruleAttribute && RULE_ATTRIBUTE,
    tail: needsTail && Tail !== undefined,
    clock: host.clock,
    counters: host.counters,
    datadogTags: deps.datadog ?? false,
    recordDropped: deps.recordDropped === true || (hasSpanRules && Tail !== undefined),
    ...(deps.service === undefined ? {} : { service: deps.service }),
    ...(deps.env === undefined ? {} : { env: deps.env }),
    ...(deps.agentRates ? { agentRates: deps.agentRates } : {}),
  };
  const sampler = new PrioritySampler(options);
  if (!Tail || !(needsTail || hasSpanRules)) return { sampler };
  const spanRules = hasSpanRules ? new SpanRules(singles, host.clock, deps.service) : undefined;
  const settings: TailSettings = {
    host,
    policy: new RulePolicy(options, spanRules),
    limits: config.buffer,
    flush: config.flush,
    shutdown: config.shutdown,
    passDropped: deps.recordDropped ?? false,
  };
  return { sampler, processor: (next) => new Tail(next, settings) };
}

/**
 * All rules in the order they are asked: the own ones, then those of the file, which is read here,
 * then the others. A file that cannot be read is reported and left out.
 */
export function rulesInForce(config: SamplingConfig, report: Report): readonly Rule[] {
  const { rulesFile, rules, ownRules } = config;
  if (rulesFile === undefined) return rules;
  const parsed = readRulesFile(rulesFile, report);
  const all = [...rules.slice(0, ownRules), ...parsed, ...rules.slice(ownRules)];
  warnIfOpenEnded(ownRules + parsed.length, all, rulesFile, report);
  return all;
}

/** The rules for single spans; those of a file that can be read win, as in dd-trace. */
function spanRulesInForce({ spanRules, spanRulesFile }: SamplingConfig, report: Report) {
  const content =
    spanRulesFile === undefined ? undefined : readFile('DD_SPAN_SAMPLING_RULES_FILE', spanRulesFile, report);
  if (spanRulesFile === undefined || content === undefined) return spanRules;
  const { rules, mistakes } = readDatadogRules(content);
  for (const message of mistakes) {
    report({ code: 'CFG001', source: spanRulesFile, message, used: 'ignoring it' });
  }
  return rules;
}

function readFile(source: string, file: string, report: Report): string | undefined {
  try {
    return readBoundedFile(file, MAX_RULES_BYTES).toString();
  } catch (error) {
    report({
      code: 'CFG010',
      source,
      message: `"${file}" cannot be read: ${errorMessage(error).replace(/,.*/, '')}`,
      used: 'going on without these rules',
    });
    return undefined;
  }
}

function readRulesFile(file: string, report: Report): readonly Rule[] {
  const content = readFile('SIGNALBOX_SAMPLING_RULES_FILE', file, report);
  if (content === undefined) return [];
  const parsed = parseRules(content);
  reportMistakes(parsed, file, report);
  return parsed.rules;
}
