import type { Attributes, Link } from '@opentelemetry/api';
import { cleanAttributes, cleanSimpleAttributes } from '@opentelemetry/core';
import type { SpanLimits } from '@opentelemetry/sdk-trace';
import { AttributeReader } from './attribute-reader.ts';
import type { SpanStart } from './span-start.ts';

/** Source: `@opentelemetry/sdk-trace` 3.1, which shows samplers everything. */
const UNLIMITED = {
  attributeCountLimit: Number.POSITIVE_INFINITY,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
};

/** Attributes that have passed the rules; absent if none were given. */
interface Cleaned {
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/** The limits of spans, links and events, and the rules of attributes applied with them. */
export class SpanRules {
  /** About what {@link valid} returned last; see {@link SpanStart}. */
  count = 0;
  fits = true;
  dropped = 0;
  readonly limits: Required<SpanLimits>;
  readonly spanAttributes: AttributeReader;
  private readonly eventAttributes: AttributeReader;
  private readonly eventLimits;
  private readonly linkLimits;

  /** Default: 128 of each, values of any length (OpenTelemetry specification, span limits). */
  constructor(limits: SpanLimits = {}) {
    const attributeValueLengthLimit = limits.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY;
    this.limits = {
      attributeCountLimit: limits.attributeCountLimit ?? 128,
      attributeValueLengthLimit,
      eventCountLimit: limits.eventCountLimit ?? 128,
      linkCountLimit: limits.linkCountLimit ?? 128,
      attributePerEventCountLimit: limits.attributePerEventCountLimit ?? 128,
      attributePerLinkCountLimit: limits.attributePerLinkCountLimit ?? 128,
    };
    const { attributeCountLimit, attributePerEventCountLimit, attributePerLinkCountLimit } = this.limits;
    this.eventLimits = { attributeCountLimit: attributePerEventCountLimit, attributeValueLengthLimit };
    this.linkLimits = { attributeCountLimit: attributePerLinkCountLimit, attributeValueLengthLimit };
    this.spanAttributes = new AttributeReader(attributeCountLimit, attributeValueLengthLimit);
    this.eventAttributes = new AttributeReader(attributePerEventCountLimit, attributeValueLengthLimit);
  }

  /** What a sampler gets to see: a copy of the valid attributes, not yet limited. */
  valid(input: Attributes | undefined): Attributes {
    this.dropped = 0;
    this.count = 0;
    this.fits = !this.spanAttributes.isLimitBad;
    if (typeof input !== 'object' || input === null) return {};
    const plain = this.spanAttributes.copy(input);
    if (plain !== undefined) {
      this.count = this.spanAttributes.count;
      this.fits = this.spanAttributes.fits;
      return plain;
    }
    const { attributes = {}, droppedAttributesCount = 0 } = cleanAttributes(input, UNLIMITED);
    this.fits = false;
    this.dropped = droppedAttributesCount;
    return attributes;
  }

  /** Puts the sampler's attributes in and what exceeds the limits out. */
  limit(start: SpanStart): void {
    const all = Object.assign(start.attributes, start.sampled.attributes);
    const plain = this.spanAttributes.copy(all);
    if (plain !== undefined && this.spanAttributes.fits) {
      start.attributes = plain;
      start.count = this.spanAttributes.count;
      return;
    }
    const { attributes = {}, droppedAttributesCount = 0 } = cleanAttributes(all, this.limits);
    start.attributes = attributes;
    start.count = Object.keys(attributes).length;
    start.dropped += droppedAttributesCount;
  }

  /** Attributes of an event; only simple types are allowed there. */
  ofEvent(input: Attributes | undefined): Cleaned {
    if (typeof input !== 'object' || input === null) return {};
    const attributes = this.eventAttributes.copy(input);
    if (attributes === undefined || !this.eventAttributes.fits) {
      return cleanSimpleAttributes(input, this.eventLimits);
    }
    return { attributes, droppedAttributesCount: 0 };
  }

  link(link: Link): Link {
    return { context: link.context, ...cleanAttributes(link.attributes, this.linkLimits) };
  }
}
