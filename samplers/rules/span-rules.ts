import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Clock } from '../../src/core/index.ts';
import { hashRandomness, reaches } from '../consistent/randomness.ts';
import { rateOf } from '../consistent/rate.ts';
import { TokenBucket } from '../rates/token-bucket.ts';
import type { DatadogRule } from './datadog-rules.ts';
import { valueTest } from './value-test.ts';

/** `_dd.span_sampling.mechanism`: kept by a span rule although the trace was dropped. */
const SPAN_RULE = 8;

/** Single-span rules (`DD_SPAN_SAMPLING_RULES`): spans kept out of dropped traces, first match. */
export class SpanRules {
  private readonly rules: readonly CompiledSpanRule[];

  constructor(rules: readonly DatadogRule[], clock: Clock, service = '') {
    this.rules = rules.map((rule) => compile(rule, clock, service));
  }

  /** Datadog's tags for the span, or undefined if it is dropped with its trace. */
  keep(span: ReadableSpan): Attributes | undefined {
    const rule = this.rules.find(({ tests }) => tests.every((test) => test(span)));
    if (!rule) return undefined;
    if (!reaches(hashRandomness(span.spanContext().traceId), rule.rate)) return undefined;
    return rule.bucket && !rule.bucket.take() ? undefined : rule.tags;
  }
}

interface CompiledSpanRule {
  readonly tests: readonly ((span: ReadableSpan) => boolean)[];
  readonly rate: ReturnType<typeof rateOf>;
  readonly bucket: TokenBucket | undefined;
  readonly tags: Attributes;
}

function compile(rule: DatadogRule, clock: Clock, ownService: string): CompiledSpanRule {
  const { service, name, resource, tags = {}, sample_rate: rate = 1, max_per_second: limit } = rule;
  const tests: ((span: ReadableSpan) => boolean)[] = [];
  const ask = (
    pattern: string | undefined,
    value: (span: ReadableSpan) => AttributeValue | undefined,
  ): void => {
    if (pattern === undefined) return;
    const matches = valueTest({ op: 'glob', patterns: [pattern] });
    tests.push((span) => matches(value(span)));
  };
  ask(service, ({ attributes, resource: from }) => {
    return attributes['service.name'] ?? from.attributes['service.name'] ?? ownService;
  });
  ask(name, (span) => span.attributes['operation.name'] ?? span.name);
  ask(resource, (span) => span.attributes['resource.name'] ?? span.name);
  for (const [key, pattern] of Object.entries(tags)) ask(String(pattern), (span) => span.attributes[key]);
  return {
    tests,
    rate: rateOf(rate),
    bucket: limit === undefined ? undefined : new TokenBucket(limit, clock),
    tags: Object.freeze({
      '_dd.span_sampling.mechanism': SPAN_RULE,
      '_dd.span_sampling.rule_rate': rate,
      ...(limit === undefined ? {} : { '_dd.span_sampling.max_per_second': limit }),
    }),
  };
}
