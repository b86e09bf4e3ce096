import {
  type Attributes,
  type AttributeValue,
  diag,
  type Exception,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import {
  AddAttributeDecision,
  type InstrumentationScope,
  isTimeInput,
  maybeAddAttribute,
} from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { Span, TimedEvent } from '@opentelemetry/sdk-trace';
import type { Engine } from './engine.ts';
import { exceptionAttributes } from './exception.ts';
import { INSPECT, type InspectArguments, inspected, knownAttributes } from './inspect.ts';
import type { SpanStart } from './span-start.ts';
import { SpanTimes } from './span-times.ts';

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * A recording span that behaves as the SDK's and costs a fraction: all fields in one object, and
 * what few spans have, or nobody may ask for, is made on demand. Fields are not `#private`, because
 * processors of others hand spans on in proxies and by `Object.create`.
 */
export class LeanSpan extends SpanTimes implements Span {
  name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parentSpanContext: SpanContext;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  links: Link[];
  droppedAttributesCount: number;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  ended = false;
  private readonly context: SpanContext;
  private attributeCount: number;
  private timedEvents: TimedEvent[] | undefined = undefined;
  private statusSet: SpanStatus | undefined = undefined;

  constructor(
    readonly engine: Engine,
    scope: InstrumentationScope,
    begin: SpanStart,
  ) {
    super(begin.options.startTime);
    this.context = begin.spanContext;
    this.name = begin.name;
    this.kind = begin.kind;
    this.attributes = begin.attributes;
    this.attributeCount = begin.count;
    this.droppedAttributesCount = begin.dropped;
    // Undefined for roots: present nevertheless, as with the SDK's.
    this.parentSpanContext = begin.parentSpanContext as SpanContext;
    this.resource = engine.resource;
    this.instrumentationScope = scope;
    this.links = begin.links;
    const { linkCountLimit } = engine.rules.limits;
    if (begin.links.length > linkCountLimit) this.trimLinks(linkCountLimit);
  }

  private trimLinks(limit: number): void {
    const { length } = this.links;
    this.links = this.links.slice(length - limit, length);
    this.droppedLinksCount = length - limit;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.ended) return this.refuse();
    const { spanAttributes, limits } = this.engine.rules;
    if (!spanAttributes.isPlain(value) || key.length === 0) return this.setAny(key, value);
    const { attributes } = this;
    if (!hasOwn.call(attributes, key)) {
      if (this.attributeCount >= limits.attributeCountLimit) return this.dropAttribute();
      this.attributeCount++;
    }
    attributes[key] = value;
    return this;
  }

  /** Lists, nested values and mistakes, by the SDK's own rules. */
  private setAny(key: string, value: AttributeValue): this {
    const { attributes, attributeCount: currentAttributesCount } = this;
    const { limits } = this.engine.rules;
    const decision = maybeAddAttribute({ key, value, attributes, limits, currentAttributesCount });
    if (decision === AddAttributeDecision.DROP_LIMIT_REACHED) return this.dropAttribute();
    if (decision === AddAttributeDecision.ADD_NEW) this.attributeCount++;
    return this;
  }

  private dropAttribute(): this {
    this.droppedAttributesCount++;
    if (this.droppedAttributesCount === 1) diag.warn('Dropping extra attributes.');
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const key in attributes) {
      if (hasOwn.call(attributes, key)) this.setAttribute(key, attributes[key] as AttributeValue);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this.refuse();
    const { eventCountLimit } = this.engine.rules.limits;
    if (eventCountLimit === 0) {
      diag.warn('No events allowed.');
      this.droppedEventsCount++;
      return this;
    }
    const { events } = this;
    if (events.length >= eventCountLimit) {
      if (this.droppedEventsCount === 0) diag.debug('Dropping extra events.');
      events.shift();
      this.droppedEventsCount++;
    }
    const isTime = isTimeInput(attributesOrTime);
    const at = isTime && !isTimeInput(time) ? attributesOrTime : time;
    const cleaned = this.engine.rules.ofEvent(isTime ? undefined : (attributesOrTime as Attributes));
    events.push({ name, time: this.timeOf(at), ...cleaned });
    return this;
  }

  addLink(link: Link): this {
    if (this.ended) return this.refuse();
    const { rules } = this.engine;
    const { linkCountLimit } = rules.limits;
    if (linkCountLimit === 0) {
      this.droppedLinksCount++;
      return this;
    }
    if (this.links.length >= linkCountLimit) {
      if (this.droppedLinksCount === 0) diag.debug('Dropping extra links.');
      this.links.shift();
      this.droppedLinksCount++;
    }
    this.links.push(rules.link(link));
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.ended) return this.refuse();
    const { code } = status;
    if (code === SpanStatusCode.UNSET || this.statusSet?.code === SpanStatusCode.OK) return this;
    const accepted: SpanStatus = { code };
    if (code === SpanStatusCode.ERROR) {
      const message: unknown = status.message;
      if (typeof message === 'string') accepted.message = message;
      else if (message !== undefined && message !== null) {
        diag.warn(`Dropping invalid status.message of type '${typeof message}', expected 'string'`);
      }
    }
    this.statusSet = accepted;
    return this;
  }

  updateName(name: string): this {
    if (this.ended) return this.refuse();
    this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes = exceptionAttributes(exception);
    if (attributes) this.addEvent('exception', attributes, time);
    else diag.warn(`Failed to record an exception ${exception}`);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) {
      this.refuse();
      const { traceId, spanId } = this.context;
      diag.error(`${this.name} ${traceId}-${spanId} - You can only call end() on a span once.`);
      return;
    }
    this.setEnd(endTime);
    const { engine } = this;
    if (this.droppedEventsCount > 0 || this.droppedLinksCount > 0) this.warnOfDropped();
    // If a processor throws here the span stays open, as with the SDK.
    engine.onEnding(this);
    engine.metrics?.ended(this.context);
    this.ended = true;
    engine.onEnd(this);
  }

  private warnOfDropped(): void {
    const { droppedEventsCount: events, droppedLinksCount: links } = this;
    if (events > 0) diag.warn(`Dropped ${events} events because eventCountLimit reached`);
    if (links > 0) diag.warn(`Dropped ${links} links because linkCountLimit reached`);
  }

  get events(): TimedEvent[] {
    this.timedEvents ??= [];
    return this.timedEvents;
  }

  set events(events: TimedEvent[]) {
    this.timedEvents = events;
  }

  get status(): SpanStatus {
    this.statusSet ??= { code: SpanStatusCode.UNSET };
    return this.statusSet;
  }

  set status(status: SpanStatus) {
    this.statusSet = status;
  }

  /** @returns this span, which has ended and changes no more */
  private refuse(): this {
    const { traceId, spanId } = this.context;
    const which = `ended Span {traceId: ${traceId}, spanId: ${spanId}}`;
    diag.warn(`Cannot execute the operation on ${which}`, new Error(`Operation attempted on ${which}`));
    return this;
  }

  [INSPECT](...how: InspectArguments): string {
    const { name, kind, context: spanContext, parentSpanContext, status } = this;
    const { startTime, endTime, duration, ended, attributes, events, links } = this;
    const { droppedAttributesCount, droppedEventsCount, droppedLinksCount, instrumentationScope } = this;
    const times = { startTime, endTime, duration, ended };
    const dropped = { droppedAttributesCount, droppedEventsCount, droppedLinksCount };
    const content = { name, kind, spanContext, parentSpanContext, status, ...times };
    const resource = { attributes: knownAttributes(this.resource) };
    const rest = { attributes, events, links, ...dropped, instrumentationScope, resource };
    return inspected('LeanSpan', { ...content, ...rest }, how);
  }
}
