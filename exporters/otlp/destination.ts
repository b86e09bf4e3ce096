import type * as transformer from '@opentelemetry/otlp-transformer';
import { type HeaderSource, type Host, type Outcome, type Signal, VERSION } from '../../src/core/index.ts';
import { sendWithCredentials } from '../credentials/index.ts';
import {
  BATCH_KINDS,
  type BatchOf,
  type Destination,
  type ItemOf,
  type Packing,
  type RemoteTransport,
} from '../delivery/index.ts';
import { type OtlpEncoder, otlpEncoder } from './encode/index.ts';
import { RenewableTransport } from './renewable-transport.ts';
import type { SignalSettings } from './settings.ts';
import { OTLP_SIGNALS } from './signals.ts';
import type { TlsMaterial } from './tls.ts';
import type { TlsSource } from './tls-source.ts';
import { createOtlpTransport, type OtlpTransportOptions } from './transport.ts';

/** Source: OTLP exporter specification, "User Agent". */
const USER_AGENT = `signalbox/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** The largest request. Source: OTLP specification 1.11, "client SHOULD cap the request": 64 MiB. */
const MAX_REQUEST = 64 * 1024 * 1024;

/** What may change while the process runs. */
export interface OtlpAccess {
  readonly tls: TlsSource;
  /** Headers from files and plug-ins. */
  readonly headers: HeaderSource | undefined;
}

/** What messages about refused credentials name, if not the settings they came from. */
const HEADERS_SETTING = 'OTEL_EXPORTER_OTLP_HEADERS';

/** One signal of an OTLP backend: encoded as the specification has it, sent over HTTP or gRPC. */
export class OtlpDestination<S extends Signal> implements Destination<S> {
  readonly remote: RemoteTransport;
  /** Spans and log records as protobuf. */
  readonly createPacking?: () => Packing<ItemOf[S]> | undefined;
  private readonly transport: RenewableTransport;
  private readonly renewals: (() => void)[] = [];
  private readonly stopListening: (() => void) | undefined;
  private encoder: OtlpEncoder<S> | undefined;

  constructor(
    private readonly signal: S,
    private readonly settings: SignalSettings,
    private readonly access: OtlpAccess,
    private readonly host: Pick<Host, 'after' | 'clock' | 'load'>,
  ) {
    const { tls, headers } = access;
    const connect = () => createOtlpTransport(transportOptions(signal, settings, tls.material), host);
    this.transport = new RenewableTransport(connect);
    this.remote = { kind: 'otlp', settings: () => this.exitOptions() };
    tls.onChange(() => {
      this.transport.renew();
      this.tellRenewal();
    });
    if (settings.protocol !== 'http/json' && signal !== 'metrics') {
      this.createPacking = () => this.ready().createPacking?.();
    }
    this.stopListening = headers?.onChange(() => this.tellRenewal());
  }

  onRenewal(renewed: () => void): void {
    this.renewals.push(renewed);
  }

  credentialAge(): number | undefined {
    return this.access.headers?.age();
  }

  /**
   * What cannot be encoded condemns only itself: a batch with such an item is halved until the item
   * is alone.
   */
  encode(batch: BatchOf[S]): Uint8Array | undefined {
    const encoder = this.ready();
    try {
      const body = encoder.encode(batch);
      return body.length > MAX_REQUEST ? undefined : body;
    } catch (error) {
      if (isSeveral(this.signal, batch)) return undefined;
      throw error;
    }
  }

  async send(body: Uint8Array, timeout: number): Promise<Outcome> {
    const { access, host, transport } = this;
    const limit = shorter(timeout, this.settings.timeout);
    const outcome = await (access.headers
      ? sendWithCredentials(access.headers, limit, host.clock, (headers, left) =>
          transport.send(body, left, headers),
        )
      : transport.send(body, limit));
    // After a failure the network may still hold on to the bytes.
    this.encoder?.settled(body, outcome.kind === 'delivered');
    // Perhaps the handshake has failed because certificates were rotated.
    if (outcome.kind === 'retry') access.tls.reload();
    return outcome.kind === 'paused' ? { ...outcome, reason: this.naming(outcome.reason) } : outcome;
  }

  async shutdown(): Promise<void> {
    this.transport.shutdown();
    this.stopListening?.();
    this.access.headers?.close();
    this.access.tls.close();
  }

  /** The reason with the settings that the credentials came from. */
  private naming(reason: string): string {
    const sources = this.settings.credentialSources.join(', ');
    if (reason.includes(HEADERS_SETTING)) return reason.replace(HEADERS_SETTING, sources);
    return reason.includes(sources) ? reason : `${sources}: ${reason}`;
  }

  private tellRenewal(): void {
    for (const renewed of this.renewals) renewed();
  }

  /** With the credentials and certificates of now; undefined if there are no credentials. */
  private exitOptions(): OtlpTransportOptions | undefined {
    const { tls, headers } = this.access;
    const state = headers?.now() ?? { headers: {} };
    if ('missing' in state) return undefined;
    tls.reload();
    const settings = { ...this.settings, headers: { ...this.settings.headers, ...state.headers } };
    return transportOptions(this.signal, settings, tls.material);
  }

  private ready(): OtlpEncoder<S> {
    this.encoder ??= this.createEncoder();
    return this.encoder;
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
    settled: () => {},
  };
}

/** True for more than one span, data point or log record. */
function isSeveral(signal: Signal, batch: BatchOf[Signal]): boolean {
  return BATCH_KINDS[signal].count(batch as never) > 1;
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
