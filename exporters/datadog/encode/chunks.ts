import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Spans of one trace. */
export interface Chunk {
  readonly traceId: string;
  /** The local root first, if it is there; else in the order they ended. */
  readonly spans: ReadableSpan[];
  /** The first span: its context stands for the trace. */
  root: ReadableSpan;
  /** True if a span has another service than its resource, so that parents must be looked up. */
  mixed: boolean;
}

/** Groups spans by trace, in order of appearance. */
export function chunksOf(batch: readonly ReadableSpan[]): Iterable<Chunk> {
  const chunks = new Map<string, Chunk>();
  let last: Chunk | undefined;
  for (const span of batch) {
    const { traceId } = span.spanContext();
    // Spans of one trace often end one after the other.
    let chunk: Chunk | undefined = last?.traceId === traceId ? last : chunks.get(traceId);
    if (!chunk) {
      chunk = { traceId, spans: [], root: span, mixed: false };
      chunks.set(traceId, chunk);
    }
    last = chunk;
    chunk.spans.push(span);
    if (span.attributes['service.name'] !== undefined) chunk.mixed = true;
    const parent = span.parentSpanContext;
    if (!parent || parent.isRemote) putFirst(chunk, span);
  }
  return chunks.values();
}

/** A root without any parent beats one with a remote parent. */
function putFirst(chunk: Chunk, span: ReadableSpan): void {
  const { spans, root } = chunk;
  const last = spans.length - 1;
  const isRoot = root.parentSpanContext === undefined || root.parentSpanContext.isRemote;
  if (last === 0 || (isRoot && span.parentSpanContext)) return;
  spans[last] = root;
  spans[0] = span;
  chunk.root = span;
}

/** The parent of a span, where its service may differ. */
export function parentInChunk(span: ReadableSpan, { spans, mixed }: Chunk): ReadableSpan | undefined {
  const parentId = mixed ? span.parentSpanContext?.spanId : undefined;
  return parentId === undefined ? undefined : spans.find((other) => other.spanContext().spanId === parentId);
}
