import { createRequire } from 'node:module';
import { type Attributes, type Context, SpanKind, type SpanStatus } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { errorMessage } from '../../src/core/index.ts';
import { ATTR, isBilled, OWN_ATTR, PROFILES, type Profile } from '../../src/genai/conventions/index.ts';
import { applyContentPolicy, errorMode } from './content/apply.ts';
import { contentSide } from './content/classify.ts';
import { errorForm, errorStatus } from './content/error-text.ts';
import { hasGenAiEvents, rewriteEvents, rewriteGenAiEvents } from './content/events.ts';
import { gatherContent } from './content/messages.ts';
import { type ContentPolicy, contentPolicy } from './content/policy.ts';
import { isGenAi } from './detect.ts';
import type { Draft } from './dialects/index.ts';
import { completeError } from './errors.ts';
import { GenAiMetrics } from './measure.ts';
import { applyProfile, conventionalName, dropHttpRequest, isForeign, normalise } from './normalise.ts';
import { COST_ALIASES, type GenAiOptions } from './options.ts';
import { GenAiPrices, hasUnreadableCount, PriceBook, type PricesModule, usageOf } from './price/index.ts';
import { RetryAfterFinder } from './retry-after.ts';
import { rewriteSpan } from './rewritten-span.ts';
import { SameCallFinder } from './same-call.ts';

const USAGE = /^gen_ai\.usage\./;

/**
 * Puts GenAI spans of any library in order, on their way to the next processor: one vocabulary,
 * cost, metrics, error kinds, and no content unless allowed. Other spans pass untouched, and the
 * live span is never changed.
 *
 * @example
 * new TracerProvider({ spanProcessors: [new GenAiProcessor(new BatchSpanProcessor({ exporter }))] });
 */
export class GenAiProcessor implements SpanProcessor {
  private readonly profile: Profile;
  private readonly policy: ContentPolicy;
  private readonly book: PriceBook | undefined;
  private readonly metrics: GenAiMetrics | undefined;
  private readonly sameCall = new SameCallFinder();
  private readonly waits = new RetryAfterFinder();
  private readonly excluded: ReadonlySet<string>;
  private readonly reported = new Set<string>();

  /** @param next receives every span */
  constructor(
    private readonly next: SpanProcessor,
    private readonly options: GenAiOptions = {},
  ) {
    this.profile = PROFILES[options.profile ?? '1.41'];
    this.policy = contentPolicy(options.content);
    this.excluded = new Set(options.excludeScopes);
    if (options.pricing !== false) this.book = this.createBook();
    if (options.metrics !== false) {
      this.metrics = new GenAiMetrics(this.profile, options.maxNames ?? 100, options.meterProvider);
    }
  }

  onStart(span: Span, parentContext: Context): void {
    this.sameCall.onStart(span, parentContext);
    this.next.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (isGenAi(span.attributes)) {
      this.next.onEnd(this.process(span));
    } else {
      this.sameCall.forget(span);
      this.waits.onHttpEnd(span);
      this.next.onEnd(hasGenAiEvents(span.events) ? this.process(span) : span);
    }
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }

  private process(span: ReadableSpan): ReadableSpan {
    try {
      if (!isGenAi(span.attributes)) return this.withEvents(span);
      return this.excluded.has(span.instrumentationScope.name) ? this.cleaned(span) : this.ordered(span);
    } catch (error) {
      this.report(`a GenAI span could not be read and lost its text: ${errorMessage(error)}`);
      return withoutContent(span);
    }
  }

  /** A span about something else, on which someone has left messages. */
  private withEvents(span: ReadableSpan): ReadableSpan {
    const { name, attributes, status } = span;
    return rewriteSpan(span, {
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
    const draft: Draft = { ...span.attributes };
    applyContentPolicy(draft, this.policy, 'span');
    return rewriteSpan(span, {
      name: span.name,
      attributes: draft as Attributes,
      status: this.status(span.status),
      events: rewriteEvents(span.events, this.policy),
    });
  }

  private ordered(span: ReadableSpan): ReadableSpan {
    const draft: Draft = { ...span.attributes };
    const foreign = isForeign(span.instrumentationScope.name, draft);
    normalise(draft);
    gatherContent(draft);
    const status = completeError(span, draft);
    this.waits.complete(span, draft);
    if (foreign) dropHttpRequest(draft);
    this.count(span, draft);
    applyContentPolicy(draft, this.policy, 'span');
    if (this.options.legacySystem && ATTR.provider in draft) draft['gen_ai.system'] = draft[ATTR.provider];
    applyProfile(draft, this.profile);
    return rewriteSpan(span, {
      name: foreign ? conventionalName(span.name, draft) : span.name,
      attributes: draft as Attributes,
      status: this.status(status),
      events: rewriteEvents(span.events, this.policy),
    });
  }

  /** Price and metrics, once per call. */
  private count(span: ReadableSpan, draft: Draft): void {
    const inner = this.sameCall.innerCall(span, draft);
    if (inner) {
      for (const key of Object.keys(draft)) if (USAGE.test(key)) delete draft[key];
      draft[OWN_ATTR.sameCallAs] = inner;
      return;
    }
    this.sameCall.onEnd(span, draft);
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
      this.report(`a price could not be found: ${errorMessage(error)}`),
    );
  }

  private report(message: string): void {
    if (this.reported.has(message) || this.reported.size >= 20) return;
    this.reported.add(message);
    this.options.onError?.(message);
  }
}

/** The last resort: whatever may hold content goes. */
function withoutContent(span: ReadableSpan): ReadableSpan {
  const attributes: Attributes = {};
  for (const key in span.attributes) {
    const value = span.attributes[key];
    if (contentSide(key, value) === undefined && !errorForm(key)) attributes[key] = value;
  }
  return rewriteSpan(span, { name: span.name, attributes, status: { code: span.status.code }, events: [] });
}
