import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { errorMessage, type Outcome, type Signal } from '../../src/core/index.ts';
import type { BatchOf, Destination } from './destination.ts';

/** Sends one batch once and says what became of it. Never rejects. */
export interface Sender<S extends Signal> {
  /** @param attempt 1 for the first; @param timeout ms, at most */
  send(batch: BatchOf[S], attempt: number, timeout: number): Promise<Outcome>;
  /** In this thread and at once, while the process exits. Never throws. Undefined if it cannot. */
  sendAtExit?: ((batch: BatchOf[S], timeout: number) => Outcome) | undefined;
  shutdown(): Promise<void>;
}

/** The sender of a destination: encode, then send. */
export class DestinationSender<S extends Signal> implements Sender<S> {
  constructor(private readonly destination: Destination<S>) {}

  async send(batch: BatchOf[S], _attempt: number, timeout: number): Promise<Outcome> {
    let body: Uint8Array | undefined;
    try {
      body = this.destination.encode(batch);
    } catch (error) {
      return { kind: 'rejected', reason: `cannot be encoded: ${errorMessage(error)}` };
    }
    if (body === undefined) return { kind: 'split', reason: 'too large for one request' };
    const sent = body;
    // Own requests are not traced.
    return context.with(suppressTracing(context.active()), () => this.destination.send(sent, timeout));
  }

  shutdown(): Promise<void> {
    return this.destination.shutdown();
  }
}
