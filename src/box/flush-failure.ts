import { FlushError } from '../../exporters/index.ts';

/** True if a flush, of one destination or of several, is all that failed: the destination has said why. */
export function isFlushFailure(error: unknown): boolean {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.every((each) => each instanceof FlushError);
}
