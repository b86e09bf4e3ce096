import {
  type Baggage,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { BAGGAGE_LIMITS, type BaggageLimits, readBaggage, writeMember } from './baggage-header.ts';
import { joinedValues } from './carrier-values.ts';
import { ReceivedBaggage } from './received-baggage.ts';

const BAGGAGE = 'baggage';

/** Options of a {@link BaggagePropagator}. */
export interface BaggageOptions extends Partial<BaggageLimits> {
  /** Called with the number of members that were left out of a header because of the limits. */
  readonly onDropped?: (members: number) => void;
}

/**
 * W3C Baggage. Whole members up to the limits, the first ones first; what came in goes out as it
 * was, unless the application changed it. Nothing that would end the header can get into it.
 */
export class BaggagePropagator implements TextMapPropagator {
  private readonly limits: BaggageLimits;
  private readonly onDropped: (members: number) => void;

  constructor({ onDropped, ...limits }: BaggageOptions = {}) {
    this.limits = { ...BAGGAGE_LIMITS, ...limits };
    this.onDropped = onDropped ?? (() => {});
  }

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    const header = joinedValues(getter.get(carrier, BAGGAGE));
    if (!header) return context;
    const { text, size, dropped } = readBaggage(header, this.limits);
    if (dropped > 0) this.onDropped(dropped);
    return size === 0 ? context : propagation.setBaggage(context, new ReceivedBaggage(text, size));
  }

  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    const baggage = propagation.getBaggage(context);
    if (!baggage || isTracingSuppressed(context)) return;
    const header = this.fits(baggage) ? baggage.text : this.write(baggage);
    if (header !== '') setter.set(carrier, BAGGAGE, header);
  }

  fields(): string[] {
    return [BAGGAGE];
  }

  private fits(baggage: Baggage): baggage is ReceivedBaggage {
    return (
      baggage instanceof ReceivedBaggage &&
      baggage.size <= this.limits.maxItems &&
      baggage.text.length <= this.limits.maxBytes
    );
  }

  private write(baggage: Baggage): string {
    const { maxItems, maxBytes } = this.limits;
    let header = '';
    let size = 0;
    let dropped = 0;
    for (const [key, { value, metadata }] of baggage.getAllEntries()) {
      const member = writeMember(key, String(value), metadata?.toString() ?? '');
      if (member === undefined) continue;
      const longer = size === 0 ? member : `${header},${member}`;
      if (size < maxItems && longer.length <= maxBytes) {
        header = longer;
        size++;
      } else dropped++;
    }
    if (dropped > 0) this.onDropped(dropped);
    return header;
  }
}
