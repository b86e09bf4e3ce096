import { inspect } from 'node:util';
import { type Context, type DiagLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Any value as text that shows its type, the order of its keys, holes and keys without a value. */
export function show(value: unknown): string {
  return inspect(value, {
    depth: 12,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
    customInspect: false,
  });
}

/** Everything a processor or an exporter can see of a span. */
export function snapshot(span: ReadableSpan): string {
  const context = span.spanContext();
  return show({
    name: span.name,
    kind: span.kind,
    context: {
      ...context,
      traceState: context.traceState?.serialize(),
      same: context === span.spanContext(),
    },
    hasParentKey: 'parentSpanContext' in span,
    parent: span.parentSpanContext && {
      ...span.parentSpanContext,
      traceState: span.parentSpanContext.traceState?.serialize(),
    },
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    prototype: Object.getPrototypeOf(span.attributes),
    events: span.events,
    links: span.links.map((link) => ({ ...link, context: link.context?.spanId })),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    scope: span.instrumentationScope,
    resource: span.resource.attributes,
    keeps: (['attributes', 'events', 'links', 'status', 'startTime'] as const).map((key) =>
      isSame(span, key),
    ),
  });
}

/** True if asking twice gives the same object, as with a field. */
function isSame(span: ReadableSpan, key: keyof ReadableSpan): boolean {
  const first = span[key];
  return span[key] === first;
}

/** What a Context says about the parent. */
export function parentIn(context: Context): string {
  const parent = trace.getSpanContext(context);
  return show(parent && { ...parent, traceState: parent.traceState?.serialize() });
}

/** The one line the engines do not share: the SDK writes it for each span that is sampled out. */
const NOT_WRITTEN = 'Recording is off, propagating context in a non-recording span';

/** Writes what the API's logger is told into a log. */
export function listenToDiag(log: string[]): void {
  const note =
    (level: string) =>
    (message: string, ...rest: unknown[]): void => {
      if (message === NOT_WRITTEN) return;
      const parts = rest.map((part) => (part instanceof Error ? part.message : show(part)));
      log.push(`diag ${level}: ${[message, ...parts].join(' | ')}`);
    };
  const logger: DiagLogger = {
    error: note('error'),
    warn: note('warn'),
    info: note('info'),
    debug: note('debug'),
    verbose: note('verbose'),
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
}
