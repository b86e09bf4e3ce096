import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type * as nodeHttps from 'node:https';
import { type Host, loadModule } from '../../src/core/index.ts';
import { type Target, targetOf } from './address.ts';

/** A whole answer of the Agent. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most {@link MAX_BODY} bytes; what is longer is cut. */
  readonly body: string;
}

/** One request. */
export interface AgentRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** E.g. `/v0.4/traces`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds from its beginning to the end of the answer; default: the client's timeout. */
  readonly timeout?: number;
  /** Does not keep the process alive. */
  readonly background?: boolean;
}

/** As many as requests of one delivery under way. */
const MAX_SOCKETS = 4;

/** An Agent answers with its sample rates: a line per service. More is not read. */
export const MAX_BODY = 1024 * 1024;

/**
 * Talks HTTP to one Agent, over TCP or a Unix socket, with connections kept alive. Loads nothing but
 * Node.js, so that the thread that sends at the exit is ready at once; see {@link AgentClient} for the
 * rest of the process.
 */
export class AgentConnection {
  private readonly target: Target;
  private readonly connections: http.Agent;
  private readonly send: typeof http.request;

  /**
   * @param url `http://`, `https://` or `unix://`
   * @param timeout milliseconds from the beginning of a request to the end of its answer
   * @throws TypeError if `url` is none
   */
  constructor(
    url: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly timeout: number,
    private readonly host: Pick<Host, 'after'>,
  ) {
    this.target = targetOf(url);
    // As many are kept as there may be: else each burst of requests would connect anew.
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS };
    // TLS takes longer to load than all the rest, and Agents seldom have it.
    const client = this.target.secure ? loadModule<typeof nodeHttps>('node:https') : http;
    this.send = client.request;
    this.connections = new client.Agent(options);
  }

  /** Closes idle connections. */
  close(): void {
    this.connections.destroy();
  }

  /** Sends once. @throws the network's error, or `ETIMEDOUT` */
  request(asked: AgentRequest): Promise<Answer> {
    const { method, path, headers, body, timeout = this.timeout, background = false } = asked;
    const { target } = this;
    return new Promise((resolve, reject) => {
      const request = this.send({
        ...('socketPath' in target
          ? { socketPath: target.socketPath }
          : { host: target.host, port: target.port }),
        method,
        path: `${target.prefix}${path}`,
        agent: this.connections,
        headers: {
          ...this.headers,
          ...headers,
          ...(body ? { 'Content-Length': String(body.byteLength) } : {}),
        },
      });
      const timer = this.host.after(timeout, () => {
        request.destroy(timeoutError(timeout));
      });
      const settle = (done: () => void): void => {
        timer.cancel();
        done();
      };
      // The pool refs a socket again when it hands it to the next request.
      if (background) request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => settle(() => reject(error)));
      request.on('response', (response) => {
        read(response).then(
          (answer) => settle(() => resolve(answer)),
          (error: unknown) => settle(() => reject(error as Error)),
        );
      });
      request.end(body);
    });
  }
}

function timeoutError(timeout: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no answer within ${timeout} ms`), { code: 'ETIMEDOUT' });
}

function read(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      const body = Buffer.concat(parts).toString('utf8', 0, Math.min(size, MAX_BODY));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    };
    response.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size <= MAX_BODY) return;
      finish();
      response.destroy();
    });
    response.on('end', finish);
    response.on('error', reject);
    response.on('close', () => {
      const error = new Error('the connection was closed in the middle of the answer');
      if (!response.complete) reject(Object.assign(error, { code: 'ECONNRESET' }));
    });
  });
}
