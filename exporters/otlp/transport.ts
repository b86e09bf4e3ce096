import type { Host, Outcome } from '../../src/core/index.ts';
import { GrpcTransport, type GrpcTransportOptions } from './grpc-transport.ts';
import { HttpTransport, type HttpTransportOptions } from './http-transport.ts';

/** Sends bodies; see the two classes. */
export interface OtlpTransport {
  /** @param more headers beside those of the options, over which they win */
  send(body: Uint8Array, timeout: number, more?: Readonly<Record<string, string>>): Promise<Outcome>;
  shutdown(): void;
}

/** Everything a transport is made of, as plain data that survives a structured clone. */
export type OtlpTransportOptions =
  | { readonly http: HttpTransportOptions }
  | { readonly grpc: GrpcTransportOptions };

/** Makes the transport for the options; nothing is connected yet. */
export function createOtlpTransport(
  options: OtlpTransportOptions,
  host: Pick<Host, 'after' | 'clock' | 'load'>,
): OtlpTransport {
  return 'http' in options ? new HttpTransport(options.http, host) : new GrpcTransport(options.grpc, host);
}
