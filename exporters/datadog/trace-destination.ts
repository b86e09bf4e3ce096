import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Outcome } from '../../src/core/index.ts';
import type { TraceTransport, TraceTransportSettings } from '../datadog-agent/index.ts';
import { type Destination, describeFailure, type RemoteTransport, shorterLimit } from '../delivery/index.ts';
import type { TraceEncoder } from './encode/trace-encoder.ts';

/** What a {@link DatadogTraceDestination} is made of. */
export interface TraceDestinationParts {
  readonly encoder: TraceEncoder;
  readonly transport: TraceTransport;
  /** What makes the same transport in another thread; its `timeout` holds for each request. */
  readonly settings: TraceTransportSettings;
  /** Take rejected traces too, for the Agent's statistics. */
  readonly unsampled: boolean;
}

/** The traces of a Datadog Agent as delivery sees them. */
export class DatadogTraceDestination implements Destination<'traces'> {
  readonly unsampled: boolean;
  readonly remote: RemoteTransport;

  constructor(private readonly parts: TraceDestinationParts) {
    this.unsampled = parts.unsampled;
    this.remote = { kind: 'datadog', settings: () => parts.settings };
  }

  /**
   * A batch with a span that cannot be sent is halved too, until that span is alone: then the books
   * are right to the span.
   */
  encode(spans: readonly ReadableSpan[]): Uint8Array | undefined {
    const { encoder } = this.parts;
    const { payloads, dropped } = encoder.encode(spans);
    const [payload] = payloads;
    if (payload && payloads.length === 1 && dropped === 0) return payload.bytes;
    for (const unsent of payloads) encoder.release(unsent);
    if (spans.length > 1) return undefined;
    throw new Error('the span is larger than one request may be, is unreadable or has no valid ids');
  }

  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const { encoder, transport, settings } = this.parts;
    const limit = shorterLimit(timeout, settings.timeout);
    // Delivery keeps the process alive as long as somebody waits for a flush, and no longer.
    const outcome = await transport.send(body, limit, { background: true });
    // After a failure the network may still hold on to the bytes.
    if (outcome.kind === 'delivered') encoder.release({ bytes: body });
    // The code in an error of the network becomes words.
    return outcome.kind === 'retry'
      ? { ...outcome, reason: describeFailure(new Error(outcome.reason)) }
      : outcome;
  }

  async shutdown(): Promise<void> {
    this.parts.transport.close();
  }
}
