/** The OTLP messages (opentelemetry-proto 1.x), read from `../proto` with protobufjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

export type Signal = 'traces' | 'metrics' | 'logs';

/** What one signal's collector service is made of. */
export interface Service {
  readonly signal: Signal;
  /** gRPC method, e.g. `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
  readonly method: string;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
}

const FILES = [
  'common',
  'resource',
  'trace',
  'metrics',
  'logs',
  'trace_service',
  'metrics_service',
  'logs_service',
];

const root = new protobuf.Root();
for (const file of FILES) {
  protobuf.parse(readFileSync(join(import.meta.dirname, '..', 'proto', `${file}.proto`), 'utf8'), root);
}
root.resolveAll();

function service(signal: Signal, word: string): Service {
  const scope = `opentelemetry.proto.collector.${word}.v1`;
  const name = `${word[0]?.toUpperCase()}${word.slice(1)}Service`;
  return {
    signal,
    method: `/${scope}.${name}/Export`,
    request: root.lookupType(`${scope}.Export${name}Request`),
    response: root.lookupType(`${scope}.Export${name}Response`),
  };
}

export const SERVICES: Readonly<Record<Signal, Service>> = {
  traces: service('traces', 'trace'),
  metrics: service('metrics', 'metrics'),
  logs: service('logs', 'logs'),
};

/**
 * Decodes protobuf bytes. 64-bit numbers become decimal strings, bytes stay bytes, repeated
 * fields are always there, and nothing that was not sent is filled in.
 *
 * @throws if the bytes are not such a message
 */
export function decodeProtobuf(type: protobuf.Type, body: Uint8Array): Record<string, unknown> {
  return type.toObject(type.decode(body), { longs: String, arrays: true });
}

/** Encodes a plain object, e.g. a response with a partial success. */
export function encodeProtobuf(type: protobuf.Type, message: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
