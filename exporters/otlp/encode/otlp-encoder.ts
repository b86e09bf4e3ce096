import type { Signal } from '../../../src/core/index.ts';
import type { BatchOf, ItemOf, Packing } from '../../delivery/index.ts';
import { Envelope, grouped, type RecordEncoder } from './envelope.ts';
import { LogEncoder } from './logs.ts';
import { MetricEncoder } from './metrics.ts';
import { PackedRun } from './packed-run.ts';
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
  /**
   * Says what has become of a request. Once nobody reads its bytes their memory is used again; without
   * a word about it, it is new each time.
   *
   * @param isDelivered false if the network may still hold on to them
   */
  settled(bytes: Uint8Array, isDelivered: boolean): void;
  /** Encodes items as they come. Not metrics, which come as a whole. */
  createPacking?(): Packing<ItemOf[S]>;
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
      settled: (bytes, isDelivered) => {
        if (isDelivered) writer.release(bytes);
      },
    };
  },
};

/** For signals whose batches are lists. */
function recordsEncoder<T extends ScopedRecord>(recordEncoder: (writer: ProtobufWriter) => RecordEncoder<T>) {
  const writer = new ProtobufWriter(CAPACITY);
  const envelope = new Envelope(writer, recordEncoder(writer));
  /** The runs that went into a request. */
  const runsOf = new WeakMap<Uint8Array, readonly PackedRun[]>();
  return {
    encode: (records: readonly T[]): Buffer => {
      const runs = records.filter((record) => record instanceof PackedRun);
      const [run] = runs;
      const ready = run && records.length === 1 ? envelope.around(run) : undefined;
      const bytes = ready ?? envelope.encode(grouped(records));
      if (run) runsOf.set(bytes, runs);
      return bytes;
    },
    settled: (bytes: Uint8Array, isDelivered: boolean): void => {
      const runs = runsOf.get(bytes) ?? [];
      const isOwn = runs.every(({ block }) => block.bytes.buffer !== bytes.buffer);
      if (isDelivered && isOwn) writer.release(bytes);
      for (const { block, packedItems } of runs) {
        if (isDelivered) block.delivered(packedItems);
        else block.keep();
      }
    },
    createPacking: (): Packing<T> => {
      const blocks = new ProtobufWriter(CAPACITY);
      return new Packer(blocks, recordEncoder(blocks));
    },
  };
}
