import type { EnvReader, Report } from '../src/core/index.ts';
import { compileDatadogRules, type DatadogRule, readDatadogRules } from './rules/datadog-rules.ts';
import { type ParsedRules, parseRules } from './rules/parse.ts';
import type { Rule } from './rules/rule.ts';
import { RATIO } from './standard.ts';
import * as V from './variables.ts';

/** Everything about sampling that is set; pure data. */
export interface SamplingConfig {
  /** The list in order: own rules, Datadog's, OpenTelemetry's sampler. */
  readonly rules: readonly Rule[];
  /** A file whose rules stand behind the own ones; read when sampling is created. */
  readonly rulesFile?: string;
  /** How many of `rules` are own ones, so that those of the file can follow them. */
  readonly ownRules: number;
  readonly spanRules: readonly DatadogRule[];
  /** A file with other span rules in their place; read when sampling is created. */
  readonly spanRulesFile?: string;
  /** Traces per second for rules marked `limited`. */
  readonly rateLimit: number;
  readonly parent: 'respect' | 'ignore';
  readonly propagate: 'head' | 'always';
  readonly rv: boolean;
  readonly ruleAttribute: boolean;
  readonly buffer: {
    readonly spans: number;
    readonly bytes: number;
    readonly traceSpans: number;
    readonly wait: number;
    readonly linger: number;
    readonly decisions: number;
  };
  readonly shutdown: 'decide' | 'drop';
  readonly flush: 'complete' | 'decide';
}

/**
 * Compiles all settings of sampling into one list. Precedence is order: the rules of Signalbox,
 * then `DD_TRACE_SAMPLING_RULES` and `DD_TRACE_SAMPLE_RATE`, then `OTEL_TRACES_SAMPLER`, then keep.
 * A rule with a mistake is reported and left out.
 */
export function readSampling(env: EnvReader): SamplingConfig {
  const own = readOwn(env);
  const datadog = readDatadog(env);
  const otel = own.some(isCatchAll) || datadog.some(isCatchAll) ? undefined : readOtel(env);
  const rulesFile = env.get(V.RULES_FILE);
  const spanRulesFile = env.get(V.DD_SPAN_RULES_FILE);
  const isOtelOnly = own.length === 0 && datadog.length === 0 && rulesFile === undefined;
  const parent = env.get(V.PARENT) ?? (isOtelOnly ? otel?.parent : undefined) ?? 'respect';
  const rules = [...own, ...datadog, ...(otel?.rules ?? [])];
  // With a file the end of the list is only known once it is read.
  if (rulesFile === undefined) warnIfOpenEnded(own.length, rules, env.sourceOf(V.RULES), env.report);
  return Object.freeze({
    rules,
    ownRules: own.length,
    ...(rulesFile === undefined ? {} : { rulesFile }),
    spanRules: readSpanRules(env),
    ...(spanRulesFile === undefined ? {} : { spanRulesFile }),
    rateLimit: env.get(V.DD_RATE_LIMIT),
    parent,
    propagate: env.get(V.PROPAGATE),
    rv: env.get(V.RV),
    ruleAttribute: env.get(V.RULE_ATTRIBUTE_ON),
    buffer: readBuffer(env),
    shutdown: env.get(V.BUFFER_SHUTDOWN),
    flush: env.get(V.BUFFER_FLUSH),
  });
}

function readBuffer(env: EnvReader): SamplingConfig['buffer'] {
  return {
    spans: env.get(V.BUFFER_SPANS),
    bytes: env.get(V.BUFFER_BYTES),
    traceSpans: env.get(V.BUFFER_TRACE_SPANS),
    wait: env.get(V.BUFFER_WAIT),
    linger: env.get(V.BUFFER_LINGER),
    decisions: env.get(V.BUFFER_DECISIONS),
  };
}

/** True for a rule that matches every trace. */
export function isCatchAll({ conditions }: Rule): boolean {
  return conditions.length === 0;
}

/** Says that traces no rule matches are kept, if rules were written that end without a default. */
export function warnIfOpenEnded(
  ownRules: number,
  rules: readonly Rule[],
  source: string,
  report: Report,
): void {
  if (ownRules === 0 || rules.some(isCatchAll)) return;
  report({
    code: 'CFG012',
    source,
    message: 'the last rule has conditions, so some traces match no rule',
    expected: 'a last rule without conditions, such as keep, drop or 0.1',
    used: 'keeping those traces',
  });
}

/** Reports every mistake of a rule text in a line of its own. */
export function reportMistakes({ errors }: ParsedRules, source: string, report: Report): void {
  for (const error of errors) {
    report({ code: 'CFG001', source, message: error.message, used: 'ignoring this rule' });
  }
}

function readOwn(env: EnvReader): readonly Rule[] {
  const source = env.get(V.RULES);
  if (source === undefined) return [];
  const parsed = parseRules(source);
  reportMistakes(parsed, env.sourceOf(V.RULES), env.report);
  return parsed.rules;
}

function readDatadog(env: EnvReader): readonly Rule[] {
  const rules: Rule[] = [];
  const json = env.get(V.DD_RULES);
  if (json !== undefined) {
    const compiled = compileDatadogRules(json);
    reportDatadog(env, V.DD_RULES, compiled.mistakes);
    rules.push(...compiled.rules);
  }
  const rate = env.get(V.DD_RATE);
  if (rate !== undefined) rules.push({ rate: { kind: 'fixed', rate }, conditions: [], limited: true });
  return rules;
}

function readSpanRules(env: EnvReader): readonly DatadogRule[] {
  const json = env.get(V.DD_SPAN_RULES);
  if (json === undefined) return [];
  const { rules, mistakes } = readDatadogRules(json);
  reportDatadog(env, V.DD_SPAN_RULES, mistakes);
  return rules;
}

function reportDatadog(
  env: EnvReader,
  variable: typeof V.DD_RULES | typeof V.DD_SPAN_RULES,
  mistakes: readonly string[],
): void {
  for (const message of mistakes) {
    env.report({ code: 'CFG001', source: env.sourceOf(variable), message, used: 'ignoring it' });
  }
}

/** The specification's samplers as rules; a plug-in's name is the business of whoever loads it. */
function readOtel(env: EnvReader): { parent: 'respect' | 'ignore'; rules: readonly Rule[] } | undefined {
  const name = env.get(V.OTEL_SAMPLER)?.toLowerCase().replace(/[-_]/g, '');
  if (name === undefined) return undefined;
  const isParentBased = name.startsWith('parentbased');
  const parent = isParentBased ? 'respect' : 'ignore';
  const rule = (rate: number, coin?: 'traceidratio'): Rule => ({
    rate: { kind: 'fixed', rate },
    conditions: [],
    name: 'OTEL_TRACES_SAMPLER',
    ...(coin ? { coin } : {}),
  });
  switch (isParentBased ? name.slice('parentbased'.length) : name) {
    case 'alwayson':
      return { parent, rules: [rule(1)] };
    case 'alwaysoff':
      return { parent, rules: [rule(0)] };
    case 'traceidratio':
      return { parent, rules: [rule(env.get(RATIO), 'traceidratio')] };
    default:
      return undefined;
  }
}
