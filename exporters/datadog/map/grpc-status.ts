import { SLOT, type Slots } from './slots.ts';

/** Names under which the status of a gRPC call is looked for, in this order. */
const NAMES = [
  SLOT['rpc.grpc.status_code'],
  SLOT['grpc.code'],
  SLOT['rpc.grpc.status.code'],
  SLOT['grpc.status.code'],
] as const;

/**
 * The status of a gRPC call as text, empty if there is none. The current conventions have one name for
 * all kinds of calls, which counts if the system is gRPC.
 * Source: Datadog Agent, its semantic registry, `rpc.grpc.status_code`.
 */
export function grpcStatus(slots: Slots): string {
  for (const name of NAMES) {
    const text = slots.text(name);
    if (text) return text;
  }
  const system = slots.either(SLOT['rpc.system.name'], SLOT['rpc.system']);
  return system === 'grpc' ? slots.text(SLOT['rpc.response.status_code']) : '';
}
