import type { AgentRates, Clock, Counters } from '../../src/core/index.ts';
import { TokenBucket } from '../rates/token-bucket.ts';
import { type ParsedRules, parseRules } from '../rules/parse.ts';
import type { Rule } from '../rules/rule.ts';
import { RuleList } from '../rules/rule-list.ts';

/** How a {@link PrioritySampler} decides. */
export interface PrioritySamplerOptions {
  /** The rules, as text or as parsed. Default none: the Agent's rates, else everything is kept. */
  readonly rules?: string | readonly string[] | readonly Rule[];
  /** The service, for `service=` and for the Agent's rates. */
  readonly service?: string;
  /** The environment, for the Agent's rates. */
  readonly env?: string;
  /** `respect` (default) a remote parent's decision, or `ignore` it and decide anew. */
  readonly parent?: 'respect' | 'ignore';
  /** `always` samples everything, because a Collector decides. Default `head`. */
  readonly propagate?: 'head' | 'always';
  /** True if a tail sampling processor follows; without one, rules on end facts cannot match. */
  readonly tail?: boolean;
  /** Traces per second that rules marked `limited` keep; negative is no limit. */
  readonly rateLimit?: number;
  /** Rates asked for by a Datadog Agent. */
  readonly agentRates?: AgentRates;
  /** Write Datadog's rate tags on local roots. Default false. */
  readonly datadogTags?: boolean;
  /** Record dropped traces too, unsampled, for a backend that counts them. Default false. */
  readonly recordDropped?: boolean;
  /** Write `rv` for new traces. Default true. */
  readonly rv?: boolean;
  /** Attribute of tail-kept local roots that names the rule; false writes none. */
  readonly ruleAttribute?: string | false;
  readonly clock?: Clock;
  readonly counters?: Counters;
}

/** Name of the attribute that says which rule kept a trace. */
export const RULE_ATTRIBUTE = 'signalbox.sampling.rule';

/** The options with their defaults. */
export interface Resolved {
  readonly list: RuleList;
  readonly service: string;
  readonly env: string;
  readonly parent: 'respect' | 'ignore';
  readonly propagate: 'head' | 'always';
  readonly tail: boolean;
  readonly agentRates: AgentRates | undefined;
  readonly datadogTags: boolean;
  readonly recordDropped: boolean;
  readonly rv: boolean;
  readonly ruleAttribute: string | undefined;
  /** Counts a decision that was final at the start. */
  count(keep: boolean, rule: string): void;
}

/** For a sampler that is used without the distro, and so without a host. */
const SYSTEM_CLOCK: Clock = {
  // biome-ignore lint/plugin: there is no host to ask.
  now: () => Date.now(),
  // biome-ignore lint/plugin: there is no host to ask.
  monotonic: () => performance.now(),
};

/** @throws RuleSyntaxError if `rules` is a text with a mistake; configuration reports it instead. */
export function resolveOptions(options: PrioritySamplerOptions): Resolved {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const limit = options.rateLimit;
  const bucket = limit === undefined ? undefined : new TokenBucket(limit, clock);
  const ruleAttribute = options.ruleAttribute ?? RULE_ATTRIBUTE;
  return {
    list: new RuleList(asRules(options.rules ?? []), clock, bucket),
    service: options.service ?? '',
    env: options.env ?? '',
    parent: options.parent ?? 'respect',
    propagate: options.propagate ?? 'head',
    tail: options.tail ?? false,
    agentRates: options.agentRates,
    datadogTags: options.datadogTags ?? false,
    recordDropped: options.recordDropped ?? false,
    rv: options.rv ?? true,
    ruleAttribute: ruleAttribute === false ? undefined : ruleAttribute,
    count: counter(options.counters),
  };
}

function asRules(source: string | readonly string[] | readonly Rule[]): readonly Rule[] {
  if (isParsed(source)) return source;
  const { rules, errors }: ParsedRules = parseRules(source);
  if (errors[0]) throw errors[0];
  return rules;
}

function isParsed(source: string | readonly string[] | readonly Rule[]): source is readonly Rule[] {
  return typeof source !== 'string' && source.every((item) => typeof item === 'object');
}

/** Counts with attribute objects that are made once per rule. */
function counter(counters: Counters | undefined): (keep: boolean, rule: string) => void {
  if (!counters) return () => {};
  const kept = new Map<string, Readonly<Record<string, string>>>();
  const dropped = new Map<string, Readonly<Record<string, string>>>();
  return (keep, rule) => {
    const known = keep ? kept : dropped;
    let attributes = known.get(rule);
    if (!attributes) {
      attributes = Object.freeze({ decision: keep ? 'keep' : 'drop', rule });
      known.set(rule, attributes);
    }
    counters.add('signalbox.sampling.traces', 1, attributes);
  };
}
