import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Signal } from '../../src/core/index.ts';
import type { BatchOf, SpoolCodec } from '../delivery/index.ts';
import { Origins, readLogs, readMetrics, readSpans } from './decode/index.ts';
import { otlpEncoder } from './encode/index.ts';
import { packTraceState } from './spooled-trace-state.ts';

const READERS = { traces: readSpans, metrics: readMetrics, logs: readLogs } as const;

/**
 * What a spool writes: OTLP protobuf, the `Export…ServiceRequest` of each signal. Every backend's data
 * can be made of it again. Several requests one behind the other are one, by the rules of protobuf.
 */
export function otlpSpoolCodec(): SpoolCodec {
  const encoders = {
    traces: otlpEncoder('traces'),
    metrics: otlpEncoder('metrics'),
    logs: otlpEncoder('logs'),
  };
  const origins = new Origins(resourceFromAttributes);
  return {
    encode: (signal, batch) => {
      if (signal !== 'traces') return encoders[signal].encode(batch as never);
      return encoders.traces.encode((batch as BatchOf['traces']).map(packTraceState));
    },
    release: (signal, bytes) => encoders[signal].settled(bytes, true),
    decode: <S extends Signal>(signal: S, payloads: readonly Uint8Array[]): BatchOf[S] => {
      const bytes = payloads.length === 1 ? (payloads[0] as Uint8Array) : Buffer.concat(payloads);
      return READERS[signal](bytes, origins) as BatchOf[S];
    },
  };
}
