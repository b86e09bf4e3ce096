import type { Signal } from '../../../src/core/index.ts';
import type { BatchOf } from '../../delivery/index.ts';
import { Envelope, grouped } from './envelope.ts';
import { LogEncoder } from './logs.ts';
import { MetricEncoder } from './metrics.ts';
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
}

/** Bytes to start with. */
const CAPACITY = 64 * 1024;

/** An encoder for one signal. It remembers names of attributes, resources and scopes, within limits. */
export function otlpEncoder<S extends Signal>(signal: S): OtlpEncoder<S> {
  const writer = new ProtobufWriter(CAPACITY);
  return { encode: ENCODERS[signal](writer), release: (bytes) => writer.release(bytes) };
}

const ENCODERS: { readonly [S in Signal]: (writer: ProtobufWriter) => (batch: BatchOf[S]) => Buffer } = {
  traces: (writer) => {
    const envelope = new Envelope(writer, new SpanEncoder(writer));
    return (spans) => envelope.encode(grouped(spans));
  },
  metrics: (writer) => {
    const envelope = new Envelope(writer, new MetricEncoder(writer));
    return ({ resource, scopeMetrics }) =>
      envelope.encode([[resource, scopeMetrics.map(({ scope, metrics }) => [scope, metrics] as const)]]);
  },
  logs: (writer) => {
    const envelope = new Envelope(writer, new LogEncoder(writer));
    return (records) => envelope.encode(grouped(records));
  },
};
