import type { Host } from '../../src/core/index.ts';
import { HttpTransport } from './http-transport.ts';
import type { OtlpTransport, OtlpTransportOptions } from './transport.ts';
import { UnaryCall } from './unary-call.ts';

/**
 * Makes the transport for the thread that sends at the exit. Over gRPC it does without grpc-js, whose
 * loading takes longer than all the rest.
 */
export function createExitTransport(
  options: OtlpTransportOptions,
  host: Pick<Host, 'after' | 'clock' | 'load'>,
): OtlpTransport {
  return 'http' in options ? new HttpTransport(options.http, host) : new UnaryCall(options.grpc, host);
}
