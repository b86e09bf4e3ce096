import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type https from 'node:https';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
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

/** An Agent answers with its sample rates: a line per service. More is not read. */
export const MAX_BODY = 1024 * 1024;

/** Talks HTTP to one Agent, over TCP or a Unix socket, with connections kept alive. */
export class AgentClient {
  private readonly target: Target;
  private readonly connections: http.Agent;

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
    const options = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2 };
    this.connections = this.target.secure ? new (httpsModule().Agent)(options) : new http.Agent(options);
  }

  /** Sends once. The request itself is never traced. @throws the network's error, or `ETIMEDOUT` */
  request(request: AgentRequest): Promise<Answer> {
    return context.with(suppressTracing(context.active()), () => this.exchange(request));
  }

  /** Closes idle connections. */
  close(): void {
    this.connections.destroy();
  }

  private exchange(asked: AgentRequest): Promise<Answer> {
    const { method, path, headers, body, timeout = this.timeout, background = false } = asked;
    const { target } = this;
    return new Promise((resolve, reject) => {
      const send = target.secure ? httpsModule().request : http.request;
      const request = send({
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

/** Loaded when needed: it takes longer than all the rest of the client. */
function httpsModule(): typeof https {
  return loadModule('node:https');
}
