import type { Signal } from '../../../src/core/index.ts';
import type { BatchOf } from '../destination.ts';

/**
 * How batches become bytes on disk and batches again. The bytes belong to no backend, so that a
 * process with another one can send them.
 */
export interface SpoolCodec {
  encode<S extends Signal>(signal: S, batch: BatchOf[S]): Uint8Array;
  /** The bytes are written: their memory may be used again. */
  release?(signal: Signal, bytes: Uint8Array): void;
  /** Of traces and logs several at once, of metrics one. @throws if they are not what `encode` made */
  decode<S extends Signal>(signal: S, payloads: readonly Uint8Array[]): BatchOf[S];
}
