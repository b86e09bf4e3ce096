import { SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/**
 * The spans as an indented tree, one line each, by start time. A span whose parent is not among
 * them is a root, marked if it should have one.
 */
export function formatSpans(spans: readonly ReadableSpan[]): string {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const lines: string[] = [];
  const visit = (span: ReadableSpan, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${describe(span, ids)}`);
    const { spanId } = span.spanContext();
    for (const child of spans) if (child.parentSpanContext?.spanId === spanId) visit(child, depth + 1);
  };
  for (const span of spans) {
    const parent = span.parentSpanContext?.spanId;
    if (!parent || !ids.has(parent)) visit(span, 0);
  }
  return lines.length > 0 ? lines.join('\n') : '(no spans)';
}

function describe(span: ReadableSpan, ids: ReadonlySet<string>): string {
  const parent = span.parentSpanContext?.spanId;
  const orphan = parent && !ids.has(parent) ? ' (parent not here)' : '';
  const failed =
    span.status.code === SpanStatusCode.ERROR ? ` ERROR ${span.status.message ?? ''}`.trimEnd() : '';
  return `${span.name} ${hrTimeToMilliseconds(span.duration).toFixed(1)} ms${failed}${orphan}`;
}
