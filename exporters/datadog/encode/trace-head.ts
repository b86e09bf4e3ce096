import { highTraceId } from '../../../src/core/index.ts';
import type { SpanSampling } from '../sampling-of.ts';
import { textBlock } from './constants.ts';
import { MsgpackWriter } from './msgpack-writer.ts';

/** Facts about this process that go on every span. */
export interface ProcessFacts {
  /** A UUID of this process. */
  readonly runtimeId: string;
  readonly pid: number;
  /** Sent as `_dd.hostname` if given. */
  readonly hostname?: string | undefined;
}

/** What is common to all spans of a chunk. */
export interface TraceHead {
  readonly traceId: string;
  readonly sampling: SpanSampling;
  /** The beginning of every span: a map header and the fields of fixed size, to be filled in. */
  readonly template: Uint8Array;
  /** Entries of `meta`: the process, `otel.trace_id` and `_dd.p.tid`. */
  readonly tags: Uint8Array;
  readonly tagCount: number;
}

/** Where the values stand in a template, by the length of the names before them. */
export const OFFSET = { traceId: 11, spanId: 28, parentId: 47, start: 62, duration: 80, error: 94 } as const;

/** Bytes from the end of the template to the count of `meta`, behind its name, and to its first tag. */
export const META_COUNT = 6;
export const META_TAGS = META_COUNT + 4;

/** Makes the head of one chunk at a time, in the same two buffers. */
export class TraceHeads {
  private readonly template = new MsgpackWriter(128);
  private readonly tags = new MsgpackWriter(1_024);
  private readonly processEnd: number;
  private readonly processCount: number;

  constructor({ runtimeId, hostname }: ProcessFacts) {
    const { template, tags } = this;
    template.byte(0x80);
    for (const field of ['trace_id', 'span_id', 'parent_id', 'start', 'duration']) {
      template.string(field);
      template.uint64(0, 0);
    }
    template.string('error');
    template.byte(0);
    const block = textBlock({ language: 'javascript', 'runtime-id': runtimeId, '_dd.hostname': hostname });
    tags.raw(block.bytes);
    this.processEnd = tags.position;
    this.processCount = block.count;
  }

  /** The head of a chunk; the one before is void from now on. */
  begin(traceId: string, sampling: SpanSampling): TraceHead {
    const { template, tags } = this;
    template.patchHex(OFFSET.traceId, traceId.slice(16));
    const high = highTraceId(traceId);
    tags.rewind(this.processEnd);
    tags.string('otel.trace_id');
    tags.string(traceId);
    if (high !== undefined) {
      tags.string('_dd.p.tid');
      tags.string(high);
    }
    return {
      traceId,
      sampling,
      template: template.view(0, template.position),
      tags: tags.view(0, tags.position),
      tagCount: this.processCount + (high === undefined ? 1 : 2),
    };
  }
}
