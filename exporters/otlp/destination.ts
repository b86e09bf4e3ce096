import type * as transformer from '@opentelemetry/otlp-transformer';
import { type Host, type Outcome, type Signal, VERSION } from '../../src/core/index.ts';
import { type BatchOf, countDataPoints, type Destination, type RemoteTransport } from '../delivery/index.ts';
import { type OtlpEncoder, otlpEncoder } from './encode/index.ts';
import type { SignalSettings } from './settings.ts';
import { OTLP_SIGNALS } from './signals.ts';
import type { TlsMaterial } from './tls.ts';
import { createOtlpTransport, type OtlpTransport, type OtlpTransportOptions } from './transport.ts';

/** Source: OTLP exporter specification, "User Agent". */
const USER_AGENT = `signalbox/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** The largest request. Source: OTLP specification 1.11, "client SHOULD cap the request": 64 MiB. */
const MAX_REQUEST = 64 * 1024 * 1024;

/** One signal of an OTLP backend: encoded as the specification has it, sent over HTTP or gRPC. */
export class OtlpDestination<S extends Signal> implements Destination<S> {
  readonly remote: RemoteTransport;
  private readonly transport: OtlpTransport;
  private encoder: OtlpEncoder<S> | undefined;

  constructor(
    private readonly signal: S,
    private readonly settings: SignalSettings,
    tls: TlsMaterial,
    private readonly host: Pick<Host, 'after' | 'clock' | 'load'>,
  ) {
    const options = transportOptions(signal, settings, tls);
    this.transport = createOtlpTransport(options, host);
    this.remote = { kind: 'otlp', settings: () => options };
  }

  /**
   * What cannot be encoded condemns only itself: a batch with such an item is halved until the item
   * is alone.
   */
  encode(batch: BatchOf[S]): Uint8Array | undefined {
    this.encoder ??= this.createEncoder();
    try {
      const body = this.encoder.encode(batch);
      return body.length > MAX_REQUEST ? undefined : body;
    } catch (error) {
      if (isSeveral(batch)) return undefined;
      throw error;
    }
  }

  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const outcome = await this.transport.send(body, shorter(timeout, this.settings.timeout));
    // After a failure the network may still hold on to the bytes.
    if (outcome.kind === 'delivered') this.encoder?.release(body);
    return outcome;
  }

  async shutdown(): Promise<void> {
    this.transport.shutdown();
  }

  private createEncoder(): OtlpEncoder<S> {
    if (this.settings.protocol !== 'http/json') return otlpEncoder(this.signal);
    return jsonEncoder(OTLP_SIGNALS[this.signal].json(this.host.load('@opentelemetry/otlp-transformer')));
  }
}

/** JSON is written by upstream's serialiser. */
function jsonEncoder<S extends Signal>(
  serializer: transformer.ISerializer<unknown, unknown>,
): OtlpEncoder<S> {
  return {
    encode: (batch) => {
      const body = serializer.serializeRequest(batch);
      if (!body) throw new Error('the serializer made nothing of it');
      return body;
    },
    release: () => {},
  };
}

/** True for more than one span, data point or log record. */
function isSeveral(batch: BatchOf[Signal]): boolean {
  return ('scopeMetrics' in batch ? countDataPoints(batch) : batch.length) > 1;
}

/** The shorter of two limits, of which 0 is none. */
function shorter(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}

function transportOptions(
  signal: Signal,
  { target, protocol, headers, compression, socketPath, proxy }: SignalSettings,
  tls: TlsMaterial,
): OtlpTransportOptions {
  if (typeof target === 'string') {
    const contentType = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
    const all = { ...headers, 'user-agent': USER_AGENT, 'content-type': contentType };
    const way = { ...(socketPath === undefined ? {} : { socketPath }), ...(proxy ? { proxy } : {}) };
    return { http: { url: target, headers: all, compression, tls, ...way } };
  }
  const { address, secure, credentials } = target;
  const basic = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  return {
    grpc: {
      address,
      secure,
      method: `/opentelemetry.proto.collector.${OTLP_SIGNALS[signal].service}/Export`,
      headers: { ...(basic ? { authorization: basic } : {}), ...headers },
      compression,
      tls,
      userAgent: USER_AGENT,
    },
  };
}
