import type { Host, Signal } from '../../src/core/index.ts';
import type { BatchKind } from './batch-kind.ts';
import type { Fallback } from './detour.ts';
import type { DestinationHealth } from './health.ts';
import type { DeliveryOptions } from './options.ts';
import type { Sender } from './sender.ts';
import type { SpoolStream } from './spool/index.ts';

/** What a dispatcher is made of. */
export interface DispatcherParts<S extends Signal> {
  readonly kind: BatchKind<S>;
  readonly sender: Sender<S>;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after' | 'clock'>;
  /** Milliseconds that one request may take; 0 for no limit. */
  readonly timeout: number;
  readonly options: DeliveryOptions;
  /** How full the queue is, from 0 to 1. */
  fill(): number;
  readonly fallback?: Fallback<S> | undefined;
  readonly spool?: SpoolStream<S> | undefined;
}
