import type { Socket } from 'node:net';
import type * as grpcJs from '@grpc/grpc-js';
import type { Host, Outcome, Timer } from '../../src/core/index.ts';
import { ConnectingSockets } from './connecting-sockets.ts';
import { outcomeOfFailure } from './grpc-outcome.ts';
import { readAnswer } from './partial-success.ts';
import type { TlsMaterial } from './tls.ts';

/** What one signal is sent with; plain data. */
export interface GrpcTransportOptions {
  /** `host:port` or `unix:///path`. */
  readonly address: string;
  readonly secure: boolean;
  /** The full name of the call, e.g. `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly tls: TlsMaterial;
  readonly userAgent: string;
}

/** The largest answer that is read. Source: OTLP specification 1.11, "client MUST cap the response". */
export const MAX_RESPONSE = 4 * 1024 * 1024;
/** Milliseconds between two attempts to connect, at most; when to send is decided by delivery. */
const MAX_RECONNECT = 5_000;
/** Milliseconds between two questions for the address of a name, instead of half a minute: backends move. */
const ASK_AGAIN = 1_000;
const DEADLINE_EXCEEDED = 4;

const identity = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Sends OTLP over gRPC, each body once, over grpc-js, which is loaded with the first request. After
 * a timeout the connection is given up, since a half-open one would let every later call time out.
 */
export class GrpcTransport {
  private client: grpcJs.Client | undefined;
  private readonly connecting = new ConnectingSockets();

  constructor(
    private readonly options: GrpcTransportOptions,
    private readonly host: Pick<Host, 'after' | 'clock' | 'load'>,
  ) {}

  /** Sends once, within `timeout` ms (0 for no limit). Never rejects. */
  send(data: Uint8Array, timeout: number, more?: Readonly<Record<string, string>>): Promise<Outcome> {
    return new Promise((resolve) => {
      try {
        this.connecting.run(() => this.call(data, timeout, { ...this.options.headers, ...more }, resolve));
      } catch (error) {
        resolve({ kind: 'rejected', reason: String(error) });
      }
    });
  }

  shutdown(): void {
    this.client?.close();
    this.client = undefined;
    this.connecting.destroy();
  }

  private call(
    data: Uint8Array,
    timeout: number,
    headers: Readonly<Record<string, string>>,
    resolve: (outcome: Outcome) => void,
  ): void {
    const grpc = this.host.load<typeof grpcJs>('@grpc/grpc-js');
    this.client ??= this.connect(grpc);
    const metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    let timer: Timer | undefined;
    const call = this.client.makeUnaryRequest(
      this.options.method,
      identity,
      (bytes: Buffer) => bytes,
      data,
      metadata,
      (error, answer) => {
        timer?.cancel();
        resolve(error ? this.failed(error) : answered(answer));
      },
    );
    // Not a deadline of grpc-js: its timer would keep the process alive, and counts on the wall clock.
    if (timeout === 0) return;
    timer = this.host.after(timeout, () => {
      this.shutdown();
      resolve(outcomeOfFailure({ code: DEADLINE_EXCEEDED, message: 'no answer in time' }));
      call.cancel();
    });
  }

  private failed({ code, details, metadata }: grpcJs.ServiceError): Outcome {
    const [status] = metadata?.get('grpc-status-details-bin') ?? [];
    return outcomeOfFailure({
      code,
      message: details,
      details: status instanceof Uint8Array ? status : undefined,
    });
  }

  private connect(grpc: typeof grpcJs): grpcJs.Client {
    const { address, secure, tls, compression, userAgent } = this.options;
    const { ca, key, cert } = tls;
    const credentials = secure
      ? grpc.credentials.createSsl(asBuffer(ca), asBuffer(key), asBuffer(cert))
      : grpc.credentials.createInsecure();
    return new grpc.Client(address, withoutHold(credentials), {
      'grpc.primary_user_agent': userAgent,
      'grpc.max_receive_message_length': MAX_RESPONSE,
      'grpc.max_reconnect_backoff_ms': MAX_RECONNECT,
      'grpc.dns_min_time_between_resolutions_ms': ASK_AGAIN,
      // A new client must not get the connection of one that was given up out of the pool of all clients.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      ...(compression === 'gzip' ? { 'grpc.default_compression_algorithm': 2 } : {}),
    });
  }
}

/**
 * The credentials, whose connections do not keep the process alive while a call is under way:
 * grpc-js has no option for it, and would hold up a natural end until the call times out. Without
 * that hook in grpc-js everything works as before, only a natural end may have to wait.
 */
function withoutHold(credentials: grpcJs.ChannelCredentials): grpcJs.ChannelCredentials {
  if (typeof credentials._createSecureConnector !== 'function') return credentials;
  const create = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...args) => {
    const connector = create(...args);
    const connect = connector.connect.bind(connector);
    connector.connect = async (tcp) => {
      // Already here: a handshake that is never answered would hold it, too.
      letGo(tcp);
      const result = await connect(tcp);
      letGo(result.socket);
      return result;
    };
    return connector;
  };
  return credentials;
}

function letGo(socket: Socket): void {
  socket.unref();
  socket.ref = () => socket;
}

/** In another thread a Buffer has become a Uint8Array, which grpc-js does not take. */
function asBuffer(bytes: Uint8Array | undefined): Buffer | null {
  return bytes ? Buffer.from(bytes) : null;
}

/** What an answer with the status OK means. */
export function answered(answer: Uint8Array | undefined): Outcome {
  try {
    return readAnswer(answer ?? new Uint8Array(), false);
  } catch {
    return { kind: 'retry', reason: 'the answer is not OTLP: check the endpoint' };
  }
}
