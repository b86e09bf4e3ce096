import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicReply } from './replies-anthropic.ts';
import { openaiReply } from './replies-openai.ts';

/** What a client asked for: the path and the decoded body. */
export interface ProviderCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** One answer of the server: a JSON body, or server-sent events, perhaps cut in the middle. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly events?: readonly (string | { readonly event: string; readonly data: unknown } | object)[];
  /** Destroys the connection after the events instead of ending the body. */
  readonly cut?: boolean;
  /** Leaves the stream open after the events, until the client goes away. */
  readonly hang?: boolean;
  /** Milliseconds before each event. */
  readonly pause?: number;
}

/**
 * A provider on loopback that speaks the wire protocols of OpenAI (chat, responses, embeddings) and
 * Anthropic (messages). The model's name selects the behaviour: `gpt-4o-mini` answers, names with
 * `limited`, `cut`, `hang`, `filtered` and `silent` misbehave the way the name says.
 */
export class ProviderServer {
  readonly calls: ProviderCall[] = [];
  private readonly server: Server;
  /** How many responses the client left before their end. */
  aborted = 0;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const path = request.url ?? '/';
    const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    this.calls.push({ path, headers: request.headers, body });
    response.on('close', () => {
      if (!response.writableFinished) this.aborted++;
    });
    await send(response, path.endsWith('/messages') ? anthropicReply(body) : openaiReply(path, body));
  }
}

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  const type = reply.events ? 'text/event-stream' : 'application/json';
  response.writeHead(reply.status ?? 200, {
    'content-type': type,
    'x-request-id': 'req_1',
    ...reply.headers,
  });
  if (!reply.events) {
    response.end(JSON.stringify(reply.json));
    return;
  }
  response.flushHeaders();
  for (const event of reply.events) {
    await new Promise((resolve) => setTimeout(resolve, reply.pause ?? 1));
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(frame(event), resolve));
  }
  if (reply.cut) {
    // A reset may overtake what is still on its way.
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.destroy();
  } else if (!reply.hang) response.end();
}

function frame(event: string | object): string {
  if (typeof event === 'string') return `data: ${event}\n\n`;
  if ('event' in event && 'data' in event) {
    return `event: ${String(event.event)}\ndata: ${JSON.stringify(event.data)}\n\n`;
  }
  return `data: ${JSON.stringify(event)}\n\n`;
}
