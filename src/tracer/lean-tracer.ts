import type { Span } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { DecidingTracer } from './deciding-tracer.ts';
import type { Engine } from './engine.ts';
import { INSPECT, type InspectArguments, inspected, knownAttributes } from './inspect.ts';
import { LeanSpan } from './lean-span.ts';
import type { SpanStart } from './span-start.ts';

/** A tracer whose spans are {@link LeanSpan}s. */
export class LeanTracer extends DecidingTracer {
  constructor(
    engine: Engine,
    readonly instrumentationScope: InstrumentationScope,
  ) {
    super(engine);
  }

  protected record(start: SpanStart): Span {
    const { engine } = this;
    if (!start.fits || start.sampled.attributes !== undefined) engine.rules.limit(start);
    const span = new LeanSpan(engine, this.instrumentationScope, start);
    engine.onStart(span, start.context);
    return span;
  }

  protected override isOwn(span: Span | undefined): boolean {
    const { engine } = this;
    if (span instanceof LeanSpan && span.engine === engine) return engine.hasOwnIds;
    return super.isOwn(span);
  }

  [INSPECT](...how: InspectArguments): string {
    const { instrumentationScope, engine } = this;
    const resource = { attributes: knownAttributes(engine.resource) };
    return inspected('LeanTracer', { instrumentationScope, resource, spanLimits: engine.rules.limits }, how);
  }
}
