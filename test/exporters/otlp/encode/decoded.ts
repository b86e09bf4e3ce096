import type { Signal } from '../../../../src/core/index.ts';
import { SERVICES } from '../../../support/receivers/otlp-schema.ts';

/** A request as protobufjs reads it; what is absent has its default, as the specification says. */
export function decoded(signal: Signal, bytes: Uint8Array): unknown {
  const { request } = SERVICES[signal];
  return request.toObject(request.decode(bytes), { longs: String, defaults: true, bytes: String });
}
