import type { Signal } from '../../src/core/index.ts';
import { ITEMS } from './health.ts';

/** What a flush rejects with if not everything has arrived. The user has been told why already. */
export class FlushError extends Error {
  override readonly name = 'FlushError';

  constructor(
    readonly destination: string,
    readonly signal: Signal,
    readonly items: number,
  ) {
    super(`${destination}: ${items} ${ITEMS[signal]} are not delivered yet`);
  }
}
