import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Decoder } from '@msgpack/msgpack';

/** A v0.4 span as the Agent reads it; 64-bit fields are bigint or number, as large as they came. */
export interface DatadogSpan {
  trace_id: bigint;
  span_id: bigint;
  parent_id: bigint;
  start: bigint;
  duration: bigint;
  name: string;
  resource: string;
  service: string;
  type?: string;
  error: number;
  meta: Record<string, string>;
  metrics: Record<string, number>;
  span_links?: Record<string, unknown>[];
  span_events?: Record<string, unknown>[];
}

/** One request on `/v0.4/traces`. */
export interface TraceRequest {
  readonly headers: Record<string, string>;
  readonly method: string;
  readonly bytes: number;
  readonly traces: DatadogSpan[][];
}

/** One DogStatsD line. */
export interface StatsdLine {
  readonly name: string;
  readonly values: number[];
  readonly type: string;
  readonly rate: number;
  readonly tags: string[];
  /** `c:`, `e:`, `T`, `card:` and so on, as sent. */
  readonly fields: string[];
}

/** How the Agent treats the next trace requests; the default is to accept. */
export type Mood = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean | undefined;

const decoder = new Decoder({ useBigInt64: true });

/** Reads a `/v0.4/traces` body with a library that is not ours; 64-bit fields become bigint. */
export function decodeTraces(body: Uint8Array): DatadogSpan[][] {
  const traces = decoder.decode(body) as Record<string, unknown>[][];
  return traces.map((trace) =>
    trace.map((raw) => {
      const { metrics, error, ...rest } = raw as unknown as DatadogSpan;
      const span = { ...rest, error: Number(error), metrics: mapValues(metrics, Number) };
      for (const field of ['trace_id', 'span_id', 'parent_id', 'start', 'duration'] as const) {
        span[field] = BigInt(span[field]);
      }
      return span;
    }),
  );
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Splits one DogStatsD datagram into its lines. */
export function parseStatsd(datagram: string): StatsdLine[] {
  return datagram
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [head = '', type = '', ...fields] = line.split('|');
      const [name = '', ...values] = head.split(':');
      const rate = fields.find((field) => field.startsWith('@'));
      const tags = fields.find((field) => field.startsWith('#'));
      return {
        name,
        values: values.map(Number),
        type,
        rate: rate ? Number(rate.slice(1)) : 1,
        tags: tags ? tags.slice(1).split(',') : [],
        fields: fields.filter((field) => field !== rate && field !== tags),
      };
    });
}

/** A Datadog Agent on a loopback port or a Unix socket, speaking the real protocol. */
export class DatadogAgent {
  readonly requests: TraceRequest[] = [];
  readonly datagrams: string[] = [];
  /** Requests that never became a {@link TraceRequest}, by path. */
  readonly paths: string[] = [];
  /** What the answer to traces says; anything that is not an object is sent as it is. */
  rates: unknown = { rate_by_service: { 'service:,env:': 1 } };
  info: Record<string, unknown> = { version: '7.70.0', endpoints: ['/v0.4/traces', '/info'] };
  state = 'state-1';
  /** Set to misbehave: return true if the request was dealt with. */
  mood: Mood | undefined;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly udp: UdpSocket = createSocket('udp4');
  private readonly waiting = new Set<() => void>();

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.udp.on('message', (message) => {
      this.datagrams.push(message.toString());
      this.changed();
    });
  }

  /** @param path a Unix socket to listen on, in the place of a port; @param port 0 for any */
  static async start(path?: string, port = 0): Promise<DatadogAgent> {
    const agent = new DatadogAgent();
    agent.server.listen(path ?? { port, host: '127.0.0.1' });
    await once(agent.server, 'listening');
    agent.udp.bind(0, '127.0.0.1');
    await once(agent.udp, 'listening');
    return agent;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get udpPort(): number {
    return this.udp.address().port;
  }

  /** All spans received, over all requests. */
  get spans(): DatadogSpan[] {
    return this.requests.flatMap(({ traces }) => traces.flat());
  }

  /** All DogStatsD lines received, over UDP and HTTP. */
  get lines(): StatsdLine[] {
    return this.datagrams.flatMap(parseStatsd);
  }

  /** Resolves as soon as the condition holds. @throws after `timeout` ms */
  async until(condition: (agent: this) => boolean, timeout = 10_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!condition(this)) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('the Agent has waited in vain');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Stops listening and cuts all connections; may come twice. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([
      new Promise((resolve) => this.server.close(resolve)),
      new Promise<void>((resolve) => this.udp.close(resolve)),
    ]);
  }

  private changed(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    request.on('error', () => {});
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(parts);
    this.paths.push(`${request.method} ${request.url}`);
    if (!this.mood?.(request, response, body)) this.answer(request, response, body);
    this.changed();
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    response.setHeader('Datadog-Agent-State', this.state);
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/info') {
      response.end(JSON.stringify(this.info));
    } else if (request.url === '/v0.4/traces') {
      const headers = request.headers as Record<string, string>;
      const traces = decodeTraces(body);
      this.requests.push({ headers, method: request.method ?? '', bytes: body.length, traces });
      response.end(typeof this.rates === 'string' ? this.rates : JSON.stringify(this.rates));
    } else if (request.url === '/dogstatsd/v2/proxy') {
      this.datagrams.push(body.toString());
      response.end();
    } else {
      response.statusCode = 404;
      response.end();
    }
  }
}
