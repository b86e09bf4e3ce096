import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { isHexId } from '../../../src/core/index.ts';
import type { Naming } from '../map/resource-name.ts';
import { type SamplingOf, samplingOf } from '../sampling-of.ts';
import { type Chunk, chunksOf, parentInChunk } from './chunks.ts';
import { MsgpackWriter } from './msgpack-writer.ts';
import { type AgentAbilities, SpanEncoder } from './span-encoder.ts';
import { type ProcessFacts, type TraceHead, TraceHeads } from './trace-head.ts';

/** One request body for `/v0.4/traces`. */
export interface TracePayload {
  /** Valid until {@link TraceEncoder.release}. */
  readonly bytes: Buffer;
  /** Number of chunks in it, for `X-Datadog-Trace-Count`. */
  readonly traces: number;
  /** Rejected traces and their spans that were left out of the batch; on its first payload only. */
  readonly unsampledTraces?: number;
  readonly unsampledSpans?: number;
  /** The spans in it, so that a refused payload can be encoded again in halves. */
  readonly spans: readonly ReadableSpan[];
}

/** What one call of {@link TraceEncoder.encode} gives. */
export interface Encoded {
  readonly payloads: readonly TracePayload[];
  /** Spans that can never be sent: larger than a whole payload may be, or without valid ids. */
  readonly dropped: number;
  /** Spans that were left out because of `dropUnsampled`. */
  readonly unsampledSpans: number;
}

export interface TraceEncoderOptions {
  readonly facts: ProcessFacts;
  readonly naming?: Naming;
  /** Where the sampling decision of a trace is found; see {@link samplingOf}. */
  readonly samplingOf?: SamplingOf;
  /** Leave out traces with priority ≤ 0. Default false: the Agent counts them and drops them itself. */
  readonly dropUnsampled?: boolean;
  /** Spans in one chunk at most; a longer trace goes on in another chunk. Default 1000. */
  readonly maxChunkSpans?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Source: dd-trace, which flushes at 8 MB; far below what any Agent takes. */
export const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Array headers of the payload and of the first chunk. */
const HEADERS = 10;

/** Turns spans into bodies for the Agent's `/v0.4/traces`: MessagePack, one array of spans per trace. */
export class TraceEncoder {
  /** Bytes of one body at most. */
  maxBytes = DEFAULT_MAX_BYTES;
  private readonly writer = new MsgpackWriter(256 * 1024);
  private readonly encoder: SpanEncoder;
  private readonly heads: TraceHeads;
  private readonly samplingOf: SamplingOf;
  private payloads: TracePayload[] = [];
  private spans: ReadableSpan[] = [];
  private traces = 0;
  private chunkAt = 0;
  private chunkSize = 0;
  private dropped = 0;

  constructor(private readonly options: TraceEncoderOptions) {
    const { facts, naming = 'agent', now } = options;
    this.samplingOf = options.samplingOf ?? samplingOf;
    this.encoder = new SpanEncoder(this.writer, facts.pid, naming, now);
    this.heads = new TraceHeads(facts);
  }

  /** What the Agent can take, as soon as it is known. */
  set abilities(abilities: AgentAbilities) {
    this.encoder.abilities = abilities;
  }

  /** Encodes a batch; spans that cannot be encoded are counted, never thrown about. */
  encode(batch: readonly ReadableSpan[]): Encoded {
    this.payloads = [];
    this.dropped = 0;
    let unsampledTraces = 0;
    let unsampledSpans = 0;
    this.beginPayload();
    for (const chunk of chunksOf(batch)) {
      if (!isHexId(chunk.traceId, 16, 16)) {
        this.dropped += chunk.spans.length;
        continue;
      }
      const sampling = this.samplingOf(chunk.root.spanContext());
      if (this.options.dropUnsampled && sampling.priority <= 0) {
        unsampledTraces++;
        unsampledSpans += chunk.spans.length;
      } else this.writeChunk(chunk, this.heads.begin(chunk.traceId, sampling));
    }
    this.endPayload();
    const [head, ...rest] = this.payloads;
    this.payloads = [];
    const payloads = head ? [{ ...head, unsampledTraces, unsampledSpans }, ...rest] : [];
    return { payloads, dropped: this.dropped, unsampledSpans };
  }

  /** Gives the memory of a payload back once it is sent. Optional: without it, memory is new each time. */
  release({ bytes }: { readonly bytes: Uint8Array }): void {
    this.writer.release(bytes);
  }

  private writeChunk(chunk: Chunk, head: TraceHead): void {
    const { maxChunkSpans = 1_000 } = this.options;
    this.beginChunk();
    for (const span of chunk.spans) {
      if (this.chunkSize >= maxChunkSpans) {
        this.endChunk();
        this.beginChunk();
      }
      this.writeSpan(span, chunk, head);
    }
    this.endChunk();
  }

  private writeSpan(span: ReadableSpan, chunk: Chunk, head: TraceHead): void {
    const { writer } = this;
    const start = writer.position;
    const size = this.tryWrite(span, chunk, head);
    if (writer.position <= this.maxBytes && size > 0) {
      this.chunkSize++;
      this.spans.push(span);
      return;
    }
    this.rollBack(start);
    if (size === 0 || size + HEADERS > this.maxBytes || start <= HEADERS) {
      this.dropped++;
      return;
    }
    // The payload is full: the trace goes on in the next one.
    this.endChunk();
    this.endPayload();
    this.beginPayload();
    this.beginChunk();
    this.writeSpan(span, chunk, head);
  }

  /** Writes one span; returns its bytes, 0 if it cannot be written. */
  private tryWrite(span: ReadableSpan, chunk: Chunk, head: TraceHead): number {
    const start = this.writer.position;
    try {
      if (!isHexId(span.spanContext().spanId, 0, 16)) return 0;
      this.encoder.write(span, head, this.chunkSize === 0, parentInChunk(span, chunk));
      return this.writer.position - start;
    } catch {
      // A getter that throws, a structure too deep: the other spans are not to suffer.
      return 0;
    }
  }

  private rollBack(position: number): void {
    this.writer.rewind(position);
    this.encoder.forget();
  }

  private beginPayload(): void {
    this.writer.rewind(0);
    this.encoder.forget();
    this.spans = [];
    this.traces = 0;
    this.writer.openArray();
  }

  private beginChunk(): void {
    this.chunkAt = this.writer.openArray();
    this.chunkSize = 0;
  }

  private endChunk(): void {
    if (this.chunkSize === 0) {
      this.rollBack(this.chunkAt - 1);
      return;
    }
    this.writer.patch32(this.chunkAt, this.chunkSize);
    this.traces++;
  }

  private endPayload(): void {
    const { writer, traces, spans } = this;
    if (traces > 0) {
      writer.patch32(1, traces);
      this.payloads.push({ bytes: writer.take(), traces, spans });
    }
    this.spans = [];
  }
}
