import { type Attributes, type SpanContext, SpanKind, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { StartFacts } from '../rules/compile-condition.ts';

/** What rules are asked about at the start of a segment. One object, filled anew for each. */
export class FirstSpan implements StartFacts {
  name = '';
  kind: SpanKind = SpanKind.INTERNAL;
  attributes: Attributes = {};
  service = '';
  root = true;
  remote = false;
  sampled = false;
  traceState: TraceState | undefined = undefined;

  /** @param ownService that of spans that name none */
  constructor(private readonly ownService: string) {}

  /** @param parent in another process; undefined for a trace that begins here */
  note(name: string, kind: SpanKind, attributes: Attributes, parent: SpanContext | undefined): void {
    this.name = name;
    this.kind = kind;
    this.attributes = attributes;
    const service = attributes['service.name'];
    this.service = typeof service === 'string' ? service : this.ownService;
    this.root = parent === undefined;
    this.remote = parent !== undefined;
    this.sampled = parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    this.traceState = parent?.traceState;
  }
}
