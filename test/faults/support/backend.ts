/** One face for the three kinds of backend: what they took, by span id, and how they misbehave. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatadogAgent } from '../../support/datadog-agent.ts';
import {
  type Answer,
  type Intercept,
  type OtlpReceiver,
  type ReceiverOptions,
  startOtlpReceiver,
} from '../../support/receivers/index.ts';

export type Wire = 'http/protobuf' | 'grpc' | 'datadog';

export const WIRES: readonly Wire[] = ['http/protobuf', 'grpc', 'datadog'];

/** What one start of a backend is. */
interface Server {
  readonly port: number;
  /** Ids of the spans taken, 16 hex digits, as often as they came. */
  ids(): string[];
  close(): Promise<void>;
}

/** The path of requests with traces. */
const TRACES = new Set(['/v1/traces', '/v0.4/traces']);

export interface BackendOptions extends Pick<ReceiverOptions, 'tls' | 'authorize'> {
  /** HTTP only: deals with a request for traces in the place of the backend, if it returns true. */
  readonly http?: Intercept;
  /** gRPC only: the answers to give before all is well. */
  readonly grpc?: readonly Answer[];
  /** Datadog only: what it answers to traces. */
  readonly rates?: string;
}

/** A backend that can be stopped and started again on its port. */
export class Backend implements AsyncDisposable {
  private readonly servers: Server[] = [];
  /** When each request with traces came (monotonic ms), whatever became of it. */
  readonly arrivals: number[] = [];
  port = 0;

  private constructor(
    readonly wire: Wire,
    private readonly options: BackendOptions,
  ) {}

  static async start(wire: Wire, options: BackendOptions = {}): Promise<Backend> {
    const backend = new Backend(wire, options);
    await backend.start();
    return backend;
  }

  /** Also after {@link stop}, on the same port. */
  async start(): Promise<void> {
    const server = this.wire === 'datadog' ? await this.startAgent() : await this.startReceiver(this.wire);
    this.servers.push(server);
    this.port = server.port;
  }

  /** Cuts all connections. */
  async stop(): Promise<void> {
    await this.servers.at(-1)?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  ids(): string[] {
    return this.servers.flatMap((server) => server.ids());
  }

  /** Variables that send traces here. @param port that of a gate in front of it */
  env(port = this.port): Record<string, string> {
    if (this.wire === 'datadog') {
      return { OTEL_TRACES_EXPORTER: 'datadog', DD_TRACE_AGENT_URL: `http://127.0.0.1:${port}` };
    }
    const url = this.options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: this.wire };
  }

  /** Resolves when so many requests have come. */
  async requests(count: number, timeout = 20_000): Promise<void> {
    const deadline = performance.now() + timeout;
    while (this.arrivals.length < count) {
      if (performance.now() > deadline) throw new Error(`${this.arrivals.length} of ${count} requests came`);
      await sleep(10);
    }
  }

  private async startAgent(): Promise<Server> {
    const agent = await DatadogAgent.start(undefined, this.port);
    if (this.options.rates) agent.rates = this.options.rates;
    agent.mood = (...exchange) => this.meet(...exchange);
    return {
      port: agent.port,
      ids: () => agent.spans.map(({ span_id }) => span_id.toString(16).padStart(16, '0')),
      close: () => agent.stop(),
    };
  }

  private async startReceiver(wire: 'http/protobuf' | 'grpc'): Promise<Server> {
    const { tls, authorize, grpc = [] } = this.options;
    const receiver: OtlpReceiver = await startOtlpReceiver(wire, {
      port: this.port,
      ...(tls ? { tls } : {}),
      authorize: (headers) => {
        if (wire === 'grpc') this.arrivals.push(performance.now());
        return authorize?.(headers) ?? true;
      },
      intercept: (...exchange) => this.meet(...exchange),
    });
    for (const answer of wire === 'grpc' ? grpc : []) receiver.respondWith(answer);
    return {
      port: receiver.port,
      ids: () => receiver.spans.map(({ spanId }) => spanId),
      close: () => receiver.close(),
    };
  }

  private meet(...[request, response, body]: Parameters<Intercept>): boolean {
    if (!TRACES.has(request.url ?? '')) return false;
    this.arrivals.push(performance.now());
    return this.options.http?.(request, response, body) ?? false;
  }
}
