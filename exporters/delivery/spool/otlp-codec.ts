import type * as transformer from '@opentelemetry/otlp-transformer';
import type * as resources from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Host, Signal } from '../../../src/core/index.ts';
import type { BatchOf } from '../destination.ts';
import type { SpoolCodec } from './codec.ts';
import { readLogs } from './decode/logs.ts';
import { readMetrics } from './decode/metrics.ts';
import { Origins } from './decode/origins.ts';
import { readSpans } from './decode/spans.ts';
import { packTraceState } from './trace-state.ts';

/**
 * OTLP protobuf, the `Export…ServiceRequest` of each signal: what every backend's data can be made
 * of again. Several of them one behind the other are one, by the rules of protobuf.
 */
export function otlpCodec(host: Pick<Host, 'load'>): SpoolCodec {
  let serializers: ReturnType<typeof loadSerializers> | undefined;
  let origins: Origins | undefined;
  return {
    encode: (signal, batch) => {
      serializers ??= loadSerializers(host);
      const bytes = serializers[signal](batch as never);
      if (!bytes) throw new Error('the serializer made nothing of it');
      return bytes;
    },
    decode: <S extends Signal>(signal: S, payloads: readonly Uint8Array[]): BatchOf[S] => {
      origins ??= new Origins(host.load<typeof resources>('@opentelemetry/resources').resourceFromAttributes);
      const bytes = payloads.length === 1 ? (payloads[0] as Uint8Array) : Buffer.concat(payloads);
      return READERS[signal](bytes, origins) as BatchOf[S];
    },
  };
}

const READERS = { traces: readSpans, metrics: readMetrics, logs: readLogs } as const;

function loadSerializers(host: Pick<Host, 'load'>) {
  const from = host.load<typeof transformer>('@opentelemetry/otlp-transformer');
  return {
    traces: (spans: readonly ReadableSpan[]) =>
      from.ProtobufTraceSerializer.serializeRequest(spans.map(packTraceState)),
    metrics: (metrics: ResourceMetrics) => from.ProtobufMetricsSerializer.serializeRequest(metrics),
    logs: (records: BatchOf['logs']) => from.ProtobufLogsSerializer.serializeRequest([...records]),
  } as const;
}
