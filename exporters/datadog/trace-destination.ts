import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Host, Log, Outcome } from '../../src/core/index.ts';
import type { Destination, RemoteTransport } from '../delivery/index.ts';
import type { TraceEncoder, TracePayload } from './encode/trace-encoder.ts';
import { type BodyFacts, TraceTransport, type TraceTransportOptions } from './trace-transport.ts';

const LOST = 'larger than one request may be, or not encodable';
/** MessagePack: an array of no traces. */
const NOTHING = [0xdd, 0, 0, 0, 0];

/** What is known about a body beside its bytes. */
interface Sent {
  readonly payload: TracePayload;
  /** Spans of the batch that are not in it, since they never can be. */
  readonly dropped: number;
}

/** Traces for a Datadog Agent, as delivery takes them: one body per batch, sent once per call. */
export class TraceDestination implements Destination<'traces'> {
  private readonly sent = new WeakMap<Uint8Array, Sent>();

  constructor(
    private readonly encoder: TraceEncoder,
    private readonly transport: TraceTransport,
    /** The Agent computes trace metrics from rejected traces too. */
    readonly unsampled: boolean,
    readonly remote: RemoteTransport,
  ) {}

  encode(batch: readonly ReadableSpan[]): Uint8Array | undefined {
    const { payloads, dropped } = this.encoder.encode(batch);
    const [payload, ...more] = payloads;
    if (!payload) {
      if (dropped > 0) throw new Error(LOST);
      return Uint8Array.from(NOTHING);
    }
    if (more.length > 0) {
      for (const each of payloads) this.encoder.release(each);
      return undefined;
    }
    this.sent.set(payload.bytes, { payload, dropped });
    return payload.bytes;
  }

  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const sent = this.sent.get(body);
    const outcome = await this.transport.send(body, sent?.payload ?? factsOf(body), timeout, true);
    if (!sent) return outcome;
    this.sent.delete(body);
    this.encoder.release(sent.payload);
    const { dropped } = sent;
    return outcome.kind === 'delivered' && dropped > 0
      ? { kind: 'delivered', rejected: dropped, reason: LOST }
      : outcome;
  }

  async shutdown(): Promise<void> {
    this.transport.close();
  }
}

/** What {@link createTraceSender} takes; plain data. */
export type TraceSenderOptions = Pick<TraceTransportOptions, 'url' | 'timeout' | 'headers'>;

const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };

/** Sends bodies that a {@link TraceDestination} made in another thread. */
export function createTraceSender(options: TraceSenderOptions, host: Pick<Host, 'after' | 'clock'>) {
  const transport = new TraceTransport({ ...options, host: { ...host, log: SILENT } });
  return {
    send: (body: Uint8Array, timeout: number) => transport.send(body, factsOf(body), timeout),
  };
}

/** The number of traces is the length of the array that a body is; see `TraceEncoder`. */
function factsOf(body: Uint8Array): BodyFacts {
  return { traces: Buffer.from(body.buffer, body.byteOffset, body.length).readUInt32BE(1) };
}
