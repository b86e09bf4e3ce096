import type { Outcome } from '../../src/core/index.ts';
import { describeFailure, RETRYABLE_GRPC } from '../delivery/index.ts';
import { bytesField, fieldsOf, numberField } from './protobuf-reader.ts';

/** What a failed call says, in the form of grpc-js. */
export interface GrpcFailure {
  readonly code: number;
  readonly message: string;
  /** The trailer `grpc-status-details-bin`: a `google.rpc.Status`. */
  readonly details?: Uint8Array | undefined;
}

const RESOURCE_EXHAUSTED = 8;
/** PERMISSION_DENIED and UNAUTHENTICATED. */
const CREDENTIALS = new Set([7, 16]);
/** What gRPC servers say when a message is over their limit. */
const TOO_LARGE = /larger than max|too large|exceeds/i;

/** What a failed call means for the request. Source: OTLP specification 1.11, "OTLP/gRPC Response". */
export function outcomeOfFailure({ code, message, details }: GrpcFailure): Outcome {
  const reason = describeFailure(Object.assign(new Error(message), { code }));
  if (code === RESOURCE_EXHAUSTED && TOO_LARGE.test(message)) return { kind: 'split', reason };
  if (CREDENTIALS.has(code)) return { kind: 'paused', reason };
  const after = details ? retryInfo(details) : undefined;
  if (RETRYABLE_GRPC.has(code) || (code === RESOURCE_EXHAUSTED && after !== undefined)) {
    return { kind: 'retry', reason, ...(after === undefined ? {} : { after }) };
  }
  return { kind: 'rejected', reason };
}

const RETRY_INFO = 'google.rpc.RetryInfo';

/**
 * Milliseconds of the `RetryInfo` in a `google.rpc.Status`; undefined if there is none.
 * Source: googleapis `google/rpc/status.proto`, `error_details.proto`, `protobuf/duration.proto`.
 */
export function retryInfo(status: Uint8Array): number | undefined {
  try {
    for (const { number, value } of fieldsOf(status)) {
      if (number !== 3 || typeof value === 'number') continue;
      const type = Buffer.from(bytesField(value, 1) ?? []).toString();
      if (!type.endsWith(RETRY_INFO)) continue;
      const delay = bytesField(bytesField(value, 2) ?? new Uint8Array(), 1);
      if (!delay) return 0;
      const ms = numberField(delay, 1) * 1_000 + numberField(delay, 2) / 1e6;
      return Number.isFinite(ms) ? ms : undefined;
    }
  } catch {
    // Details that cannot be read say nothing.
  }
  return undefined;
}
