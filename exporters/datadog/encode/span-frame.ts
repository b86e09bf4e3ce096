import type { Block } from './constants.ts';
import type { Key } from './keys.ts';
import { SpanMemos } from './span-memo.ts';
import type { TraceHead } from './trace-head.ts';

/** The parent id of a root. */
export const NO_PARENT = '0000000000000000';

/**
 * What spans of one instrumentation scope, kind and status have in common, and where in the payload
 * it was written last: the next such span copies it from there in one piece. Positions are void as
 * soon as the payload has another number.
 */
export class SpanFrame {
  /** The beginning of the last span: fields of fixed size, the tags of trace and scope. */
  startPayload = -1;
  startHead: TraceHead | undefined;
  startAt = 0;
  startEnd = 0;
  /** The parent id in it. */
  parentId = NO_PARENT;
  /** The end of the last span: operation, resource, service and type. */
  endPayload = -1;
  endAt = 0;
  endEnd = 0;
  operation = '';
  resource = '';
  service: string | Uint8Array = '';
  type = '';
  /** The attributes of the last span, in their order. */
  readonly keys: Key[] = [];
  readonly memos = new SpanMemos();

  /** @param tags `span.kind`, `otel.status_code` and the scope */
  constructor(readonly tags: Block) {}

  /** True if the beginning of an earlier span of the same chunk can be copied. */
  hasStart(payload: number, head: TraceHead): boolean {
    return this.startPayload === payload && this.startHead === head;
  }

  /** True if the end of an earlier span is the same. */
  hasEnd(
    payload: number,
    operation: string,
    resource: string,
    service: string | Uint8Array,
    type: string,
  ): boolean {
    return (
      this.endPayload === payload &&
      this.resource === resource &&
      this.operation === operation &&
      this.service === service &&
      this.type === type
    );
  }
}
