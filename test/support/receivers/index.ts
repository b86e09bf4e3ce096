/** Real OTLP receivers on loopback, for tests, benchmarks and the demo. */
import { Inbox } from './inbox.ts';
import { listenGrpc } from './otlp-grpc.ts';
import { listenHttp } from './otlp-http.ts';
import { decodeJson } from './otlp-json.ts';
import { SERVICES } from './otlp-schema.ts';
import type { Protocol, ReceivedRequest } from './received.ts';
import type { ReceiverOptions } from './receiver.ts';
import { type Answer, Script } from './script.ts';

export { Inbox } from './inbox.ts';
export type * from './received.ts';
export type { Intercept, ReceiverOptions } from './receiver.ts';
export type { Answer } from './script.ts';

/** Every protocol of OTLP, for tables of tests. */
export const PROTOCOLS: readonly Protocol[] = ['grpc', 'http/protobuf', 'http/json'];

/** A running receiver. `await using` closes it at the end of the block. */
export interface OtlpReceiver extends Inbox, AsyncDisposable {
  readonly protocol: Protocol;
  readonly port: number;
  /** E.g. `http://127.0.0.1:43210`; with TLS by name, since certificates are for `localhost`. */
  readonly url: string;
  /** The two variables that send an application's telemetry here. */
  readonly env: {
    readonly OTEL_EXPORTER_OTLP_ENDPOINT: string;
    readonly OTEL_EXPORTER_OTLP_PROTOCOL: Protocol;
  };
  /** Scripts answers; several calls queue up. Without one, everything is accepted. */
  respondWith(answer: Answer): void;
  /** Accepts everything from now on. */
  recover(): void;
  close(): Promise<void>;
}

/**
 * Starts a receiver on a free loopback port. An HTTP receiver takes protobuf and JSON alike;
 * the protocol only decides which one `env` tells the application to speak.
 */
export async function startOtlpReceiver(
  protocol: Protocol,
  options: ReceiverOptions = {},
): Promise<OtlpReceiver> {
  const inbox = new Inbox();
  const script = new Script();
  const listen = protocol === 'grpc' ? listenGrpc : listenHttp;
  const listener = await listen({
    port: options.port ?? 0,
    tls: options.tls,
    authorize: options.authorize,
    intercept: options.intercept,
    inbox,
    script,
  });
  const url = options.tls ? `https://localhost:${listener.port}` : `http://127.0.0.1:${listener.port}`;
  return Object.assign(inbox, {
    protocol,
    port: listener.port,
    url,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: protocol },
    respondWith: (answer: Answer) => script.add(answer),
    recover: () => script.clear(),
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  });
}

/** What a program wrote as one line of OTLP/JSON, in the form of a request: read as strictly as what is received. */
export function readOtlpJson(line: string): ReceivedRequest {
  const signal = SIGNALS.find((candidate) => line.startsWith(`{"resource${RESOURCES[candidate]}"`));
  if (!signal) throw new Error(`Not OTLP/JSON: ${line.slice(0, 80)}`);
  const body = Buffer.from(line);
  return {
    signal,
    protocol: 'http/json',
    path: `/v1/${signal}`,
    headers: {},
    encoding: 'identity',
    bytes: body.length,
    message: decodeJson(SERVICES[signal].request, body),
    at: Date.now(),
    accepted: true,
  };
}

const RESOURCES = { traces: 'Spans', metrics: 'Metrics', logs: 'Logs' } as const;
const SIGNALS = ['traces', 'metrics', 'logs'] as const;
