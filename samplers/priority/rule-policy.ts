import { type Attributes, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  propagationStateOf,
  type SegmentEvaluation,
  type TailPolicy,
  W3CTraceState,
} from '../../src/core/index.ts';
import { reaches } from '../consistent/randomness.ts';
import { rateOf } from '../consistent/rate.ts';
import type { Coin } from '../rates/rate-source.ts';
import type { SpanRules } from '../rules/span-rules.ts';
import { type PrioritySamplerOptions, type Resolved, resolveOptions } from './options.ts';
import {
  AUTO_REJECT,
  automaticOutcome,
  coinOf,
  inboundOt,
  manualOutcome,
  type Outcome,
  ruleOutcome,
} from './outcome.ts';
import { RuleEvaluation } from './segment-evaluation.ts';

/**
 * The rules for a tail sampler behind any sampler that records everything, such as OpenTelemetry's
 * `createAlwaysRecordSampler`, and the single spans kept out of dropped traces.
 */
export class RulePolicy implements TailPolicy {
  private readonly options: Resolved;

  /** @param spanRules from `DD_SPAN_SAMPLING_RULES` */
  constructor(
    options: PrioritySamplerOptions,
    private readonly spanRules?: SpanRules,
  ) {
    this.options = resolveOptions({ ...options, tail: true });
  }

  evaluate(span: ReadableSpan): SegmentEvaluation {
    const { list } = this.options;
    const { parentSpanContext: parent, attributes } = span;
    const own = span.spanContext();
    const service = attributes['service.name'] ?? span.resource.attributes['service.name'];
    const index = list.start({
      name: span.name,
      kind: span.kind,
      attributes,
      service: typeof service === 'string' ? service : this.options.service,
      root: parent === undefined,
      remote: parent !== undefined,
      sampled: parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0,
      traceState: own.traceState,
    });
    const rescue = parent !== undefined && this.options.parent === 'respect';
    const traceState = own.traceState && W3CTraceState.from(own.traceState);
    const state = propagationStateOf(own);
    const isRemote = parent?.isRemote === true;
    const inbound = { traceState, state, ot: inboundOt(traceState), isRemote };
    const coin = coinOf(own.traceId, inbound);
    const head = rescue ? { ...manualOutcome(AUTO_REJECT), label: 'parent' } : this.head(index, coin);
    return new RuleEvaluation(this.options, { coin, inbound, head, headIndex: index, rescue, foreign: true });
  }

  keepSpan(span: ReadableSpan): Attributes | undefined {
    return this.spanRules?.keep(span);
  }

  private head(index: number, coin: Coin): Outcome {
    const rule = this.options.list.rules[index];
    if (rule) return ruleOutcome(rule, rule.source.toss(coin, 1));
    const rate = rateOf(1);
    return automaticOutcome(rate, reaches(coin.random, rate), false);
  }
}
