import type { Signal } from '../../../src/core/index.ts';
import type { BatchOf, ItemOf } from '../../delivery/index.ts';
import { Envelope, grouped, type RecordEncoder } from './envelope.ts';
import { LogEncoder } from './logs.ts';
import { MetricEncoder } from './metrics.ts';
import { Packer, type ScopedRecord } from './packer.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { SpanEncoder } from './spans.ts';

/** Turns batches of one signal into OTLP's protobuf form. */
export interface OtlpEncoder<S extends Signal> {
  /**
   * One `Export…ServiceRequest`. The bytes belong to the caller.
   *
   * @throws if a value cannot be read, e.g. because it contains itself
   */
  encode(batch: BatchOf[S]): Uint8Array;
  /** Gives the memory of bytes back once nobody reads them. Optional: without it, memory is new each time. */
  release(bytes: Uint8Array): void;
  /**
   * Encodes an item at once; what comes back stands in for it in batches, and is all that is kept of
   * it. Not of metrics, which come as a whole.
   *
   * @throws if a value cannot be read
   */
  pack?(item: ItemOf[S]): ItemOf[S];
}

/** Bytes to start with. */
const CAPACITY = 64 * 1024;

/** An encoder for one signal. It remembers names of attributes, resources and scopes, within limits. */
export function otlpEncoder<S extends Signal>(signal: S): OtlpEncoder<S> {
  return ENCODERS[signal]();
}

const ENCODERS: { readonly [S in Signal]: () => OtlpEncoder<S> } = {
  traces: () => recordsEncoder((writer) => new SpanEncoder(writer)),
  logs: () => recordsEncoder((writer) => new LogEncoder(writer)),
  metrics: () => {
    const writer = new ProtobufWriter(CAPACITY);
    const envelope = new Envelope(writer, new MetricEncoder(writer));
    return {
      encode: ({ resource, scopeMetrics }) =>
        envelope.encode([[resource, scopeMetrics.map(({ scope, metrics }) => [scope, metrics] as const)]]),
      release: (bytes) => writer.release(bytes),
    };
  },
};

/** For signals whose batches are lists. */
function recordsEncoder<T extends ScopedRecord>(recordEncoder: (writer: ProtobufWriter) => RecordEncoder<T>) {
  const writer = new ProtobufWriter(CAPACITY);
  const envelope = new Envelope(writer, recordEncoder(writer));
  let packer: Packer<T> | undefined;
  const createPacker = (): Packer<T> => {
    const blocks = new ProtobufWriter(CAPACITY);
    return new Packer(blocks, recordEncoder(blocks));
  };
  return {
    encode: (records: readonly T[]): Buffer => {
      packer?.close();
      return envelope.encode(grouped(records));
    },
    release: (bytes: Uint8Array): void => writer.release(bytes),
    pack: (record: T): T => {
      packer ??= createPacker();
      return packer.pack(record) as ScopedRecord as T;
    },
  };
}
