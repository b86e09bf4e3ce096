import { createRequire } from 'node:module';
import { type Attributes, SpanKind, type SpanStatus } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { copySpan, errorMessage } from '../../src/core/index.ts';
import { ATTR, isBilled, OWN_ATTR, PROFILES, type Profile } from '../../src/genai/conventions/index.ts';
import { applyContentPolicy, errorMode } from './content/apply.ts';
import { contentSide } from './content/classify.ts';
import { errorForm, errorStatus } from './content/error-text.ts';
import { rewriteEvents, rewriteGenAiEvents } from './content/events.ts';
import { gatherContent } from './content/messages.ts';
import { type ContentPolicy, contentPolicy } from './content/policy.ts';
import { isGenAi } from './detect.ts';
import type { Draft } from './dialects/index.ts';
import { completeError } from './errors.ts';
import { GenAiMetrics } from './measure.ts';
import {
  applyProfile,
  conventionalName,
  dropHttpRequest,
  hasGathered,
  isForeign,
  normalise,
} from './normalise.ts';
import { COST_ALIASES, type GenAiOptions } from './options.ts';
import { GenAiPrices, hasUnreadableCount, PriceBook, type PricesModule, usageOf } from './price/index.ts';
import type { RetryAfterFinder } from './retry-after.ts';
import type { SameCallFinder } from './same-call.ts';

const USAGE = /^gen_ai\.usage\./;

/** What the processor has noticed of all spans, and whom it tells what does not work. */
export interface Noticed {
  readonly sameCall: SameCallFinder;
  readonly waits: RetryAfterFinder;
  report(message: string): void;
}

/** Puts one span in order. */
export class SpanOrder {
  private readonly profile: Profile;
  private readonly policy: ContentPolicy;
  private readonly book: PriceBook | undefined;
  private readonly metrics: GenAiMetrics | undefined;
  private readonly excluded: ReadonlySet<string>;

  constructor(
    private readonly options: GenAiOptions,
    private readonly noticed: Noticed,
  ) {
    this.profile = PROFILES[options.profile ?? '1.41'];
    this.policy = contentPolicy(options.content);
    this.excluded = new Set(options.excludeScopes);
    if (options.pricing !== false) this.book = this.createBook();
    if (options.metrics !== false) {
      this.metrics = new GenAiMetrics(this.profile, options.maxNames ?? 100, options.meterProvider);
    }
  }

  /** A copy in order. Never throws: what cannot be read loses its text. */
  process(span: ReadableSpan): ReadableSpan {
    try {
      if (!isGenAi(span.attributes)) return this.withEvents(span);
      return this.excluded.has(span.instrumentationScope.name) ? this.cleaned(span) : this.ordered(span);
    } catch (error) {
      this.noticed.report(`a GenAI span could not be read and lost its text: ${errorMessage(error)}`);
      return withoutContent(span);
    }
  }

  /** A span about something else, on which someone has left messages. */
  private withEvents(span: ReadableSpan): ReadableSpan {
    const { name, attributes, status } = span;
    return copySpan(span, {
      name,
      attributes,
      status,
      events: rewriteGenAiEvents(span.events, this.policy),
    });
  }

  private status(status: SpanStatus): SpanStatus {
    return errorStatus(status, errorMode(this.policy, 'span'), this.policy.previewLength);
  }

  /** All that is done to a span of a scope that wants its own names: the content policy. */
  private cleaned(span: ReadableSpan): ReadableSpan {
    const allowed = applyContentPolicy(span.attributes, this.policy, 'span');
    return copySpan(span, {
      name: span.name,
      attributes: allowed as Attributes,
      status: this.status(span.status),
      events: rewriteEvents(span.events, this.policy),
    });
  }

  private ordered(span: ReadableSpan): ReadableSpan {
    const draft: Draft = { ...span.attributes };
    const foreign = isForeign(span.instrumentationScope.name, draft);
    normalise(draft);
    if (hasGathered(draft)) gatherContent(draft);
    const status = completeError(span, draft);
    this.noticed.waits.complete(span, draft);
    if (foreign) dropHttpRequest(draft);
    this.count(span, draft);
    const allowed = applyContentPolicy(draft, this.policy, 'span');
    if (this.options.legacySystem && ATTR.provider in draft) allowed['gen_ai.system'] = draft[ATTR.provider];
    applyProfile(allowed, this.profile);
    return copySpan(span, {
      name: foreign ? conventionalName(span.name, allowed) : span.name,
      attributes: allowed as Attributes,
      status: this.status(status),
      events: rewriteEvents(span.events, this.policy),
    });
  }

  /** Price and metrics, once per call. */
  private count(span: ReadableSpan, draft: Draft): void {
    const inner = this.noticed.sameCall.innerCall(span, draft);
    if (inner) {
      for (const key of Object.keys(draft)) if (USAGE.test(key)) delete draft[key];
      draft[OWN_ATTR.sameCallAs] = inner;
      return;
    }
    this.noticed.sameCall.onEnd(span, draft);
    const isServer = span.kind === SpanKind.SERVER;
    if (!isServer) this.price(span, draft);
    this.metrics?.record({
      attributes: draft,
      seconds: hrTimeToMilliseconds(span.duration) / 1000,
      scope: span.instrumentationScope.name,
      isServer,
    });
  }

  private price(span: ReadableSpan, draft: Draft): void {
    if (!isBilled(draft[ATTR.operation])) {
      // A sum over calls that have a cost each would count everything twice.
      delete draft[ATTR.cost];
      return;
    }
    const given = draft[ATTR.cost];
    if (typeof given === 'number' && given < 0) delete draft[ATTR.cost];
    if (draft[ATTR.cost] === undefined && this.book) this.quote(span, draft, this.book);
    const cost = draft[ATTR.cost];
    if (typeof cost !== 'number') return;
    for (const alias of this.options.costAliases ?? ['datadog']) draft[COST_ALIASES[alias]] = cost;
  }

  private quote(span: ReadableSpan, draft: Draft, book: PriceBook): void {
    const usage = usageOf(draft);
    if (!usage) return;
    const provider = draft[ATTR.provider];
    const models = [draft[ATTR.responseModel], draft[ATTR.requestModel]].filter(
      (name): name is string => typeof name === 'string',
    );
    const at = new Date(hrTimeToMilliseconds(span.startTime));
    const quote =
      typeof provider !== 'string'
        ? ({ unpriced: 'unknown_provider' } as const)
        : hasUnreadableCount(span.attributes)
          ? ({ unpriced: 'inconsistent_usage' } as const)
          : book.quote({ provider, usage, at }, models);
    if ('unpriced' in quote) {
      this.metrics?.unpriced(draft, quote.unpriced);
      return;
    }
    draft[ATTR.cost] = quote.usd;
    draft[OWN_ATTR.pricing] = quote.version;
  }

  private createBook(): PriceBook {
    const load = this.options.load ?? createRequire(import.meta.url);
    const standard = new GenAiPrices(() => load('@pydantic/genai-prices') as PricesModule);
    return new PriceBook([...(this.options.prices ?? []), standard], this.options.models, (error) =>
      this.noticed.report(`a price could not be found: ${errorMessage(error)}`),
    );
  }
}

/** The last resort: whatever may hold content goes. */
function withoutContent(span: ReadableSpan): ReadableSpan {
  const attributes: Attributes = {};
  for (const key in span.attributes) {
    const value = span.attributes[key];
    if (contentSide(key, value) === undefined && !errorForm(key)) attributes[key] = value;
  }
  return copySpan(span, { name: span.name, attributes, status: { code: span.status.code }, events: [] });
}
