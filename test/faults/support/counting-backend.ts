/**
 * An OTLP receiver for loads that are too large to keep: it decodes every request and remembers, a
 * bit each, which numbers (attribute `number` of a span) have come. It can be told to misbehave.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SERVICES } from '../../support/receivers/otlp-schema.ts';

/** What is done with a request instead of taking it. */
export type Mood = 'works' | 'busy' | 'broken' | 'resets' | 'answers late';

interface Attribute {
  readonly key: string;
  readonly value: { readonly intValue?: unknown };
}

interface TraceRequest {
  readonly resourceSpans: { scopeSpans: { spans: { attributes: Attribute[] }[] }[] }[];
}

export class CountingBackend implements AsyncDisposable {
  mood: Mood = 'works';
  /** Spans that came, repetitions left out, and repetitions. */
  arrived = 0;
  repeated = 0;
  private readonly seen: Uint8Array;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(capacity: number) {
    this.seen = new Uint8Array(Math.ceil(capacity / 8));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    if (!body) return;
    response.setHeader('content-type', 'application/x-protobuf');
    switch (this.mood) {
      case 'busy':
        response.writeHead(429, { 'retry-after': '1' }).end();
        return;
      case 'broken':
        response.writeHead(503).end();
        return;
      case 'resets':
        request.socket.destroy();
        return;
      case 'answers late':
        // It has taken the spans all the same.
        this.take(body);
        setTimeout(() => response.end(), 3_000).unref();
        return;
      case 'works':
        this.take(body);
        response.end();
    }
  }

  private take(body: Buffer): void {
    const { resourceSpans } = SERVICES.traces.request.decode(body) as unknown as TraceRequest;
    for (const { scopeSpans } of resourceSpans)
      for (const { spans } of scopeSpans) for (const span of spans) this.note(span.attributes);
  }

  private note(attributes: Attribute[]): void {
    const value = attributes.find(({ key }) => key === 'number')?.value.intValue;
    const number = Number(value);
    const [byte, bit] = [number >> 3, 1 << (number & 7)];
    const before = this.seen[byte] as number;
    if (before & bit) this.repeated++;
    else this.arrived++;
    this.seen[byte] = before | bit;
  }
}
