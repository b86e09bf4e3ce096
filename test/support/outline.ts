/** Traces as indented lines, so that a test can say in one look who is whose parent. */
import type { ReceivedSpan } from './receivers/index.ts';

/**
 * One line per span, children below their parent and two spaces further in, siblings and roots in
 * order of their start. A span counts as below another only within the same trace; one whose
 * parent did not arrive is marked `(orphan)`.
 *
 * @param line how a span is written; default `SERVER GET /`, with `ERROR` behind it if it failed
 */
export function outline(
  spans: readonly ReceivedSpan[],
  line: (span: ReceivedSpan) => string = kindAndName,
): string[] {
  const sorted = [...spans].sort((one, other) => Number(one.start - other.start));
  const known = new Set(spans.map(key));
  const lines: string[] = [];
  const add = (span: ReceivedSpan, indent: string): void => {
    const orphan = span.parentSpanId !== undefined && indent === '' ? '(orphan) ' : '';
    lines.push(indent + orphan + line(span));
    for (const child of childrenOf(sorted, span)) add(child, `${indent}  `);
  };
  for (const span of sorted) if (!known.has(parentKey(span))) add(span, '');
  return lines;
}

/** The spans whose parent is `parent`. */
export function childrenOf(spans: readonly ReceivedSpan[], parent: ReceivedSpan): ReceivedSpan[] {
  return spans.filter((span) => parentKey(span) === key(parent));
}

function kindAndName({ kind, name, status }: ReceivedSpan): string {
  return `${kind} ${name}${status.code === 'ERROR' ? ' ERROR' : ''}`;
}

const key = ({ traceId, spanId }: ReceivedSpan): string => `${traceId}-${spanId}`;
const parentKey = ({ traceId, parentSpanId }: ReceivedSpan): string => `${traceId}-${parentSpanId}`;
