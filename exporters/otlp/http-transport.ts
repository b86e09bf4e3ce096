import type * as nodeHttp from 'node:http';
import type * as nodeHttps from 'node:https';
import { promisify } from 'node:util';
import type { ZlibOptions } from 'node:zlib';
import { type Host, lateBuiltins, type Outcome } from '../../src/core/index.ts';
import { ANSWER_TOO_LONG, type Answer, outcomeOfAnswer, outcomeOfError } from './http-outcome.ts';
import type { TlsMaterial } from './tls.ts';

/** What one signal is sent with; plain data. */
export interface HttpTransportOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly tls: TlsMaterial;
  /** Send through this Unix socket; host and port of the URL then only name it. */
  readonly socketPath?: string;
  /** Variables of a proxy: HTTP_PROXY, HTTPS_PROXY, NO_PROXY. */
  readonly proxy?: Readonly<Record<string, string>>;
}

/** The largest answer that is read. Source: OTLP specification 1.11, "client MUST cap the response". */
const MAX_RESPONSE = 4 * 1024 * 1024;

const pack = (data: Uint8Array, options: ZlibOptions): Promise<Buffer> =>
  promisify<Uint8Array, ZlibOptions, Buffer>(lateBuiltins.zlib.gzip)(data, options);

/** Of less than this hardly anything is saved. */
const PACKED_FROM = 1_024;

/** A batch of spans takes a third of the time of level 6, and a fifth more bytes at most. */
const PACKING = { level: 1 };

/**
 * Sends OTLP over HTTP, each body once. The timeout is for all of it, an answer that trickles in
 * included. A request under way does not keep the process alive.
 */
export class HttpTransport {
  private readonly request: typeof nodeHttp.request;
  private readonly agent: nodeHttp.Agent;

  constructor(
    private readonly options: HttpTransportOptions,
    private readonly host: Pick<Host, 'after' | 'clock' | 'load'>,
  ) {
    const secure = new URL(options.url).protocol === 'https:';
    const client = secure
      ? host.load<typeof nodeHttps>('node:https')
      : host.load<typeof nodeHttp>('node:http');
    this.request = client.request;
    const { tls, proxy } = options;
    this.agent = new client.Agent({
      keepAlive: true,
      ...(secure ? { ...tls, minVersion: 'TLSv1.2' } : {}),
      ...(proxy ? { proxyEnv: proxy } : {}),
    });
  }

  /** Sends once, within `timeout` ms (0 for no limit). Never rejects. */
  async send(data: Uint8Array, timeout: number, more?: Readonly<Record<string, string>>): Promise<Outcome> {
    try {
      const isPacked = this.options.compression === 'gzip' && data.length >= PACKED_FROM;
      const body = isPacked ? await pack(data, PACKING) : data;
      const headers = isPacked ? { ...more, 'content-encoding': 'gzip' } : more;
      return outcomeOfAnswer(await this.exchange(body, timeout, headers), this.host.clock.now());
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  shutdown(): void {
    this.agent.destroy();
  }

  private exchange(
    body: Uint8Array,
    timeout: number,
    more?: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const { url, headers, socketPath } = this.options;
    return new Promise((resolve, reject) => {
      const request = this.request(url, {
        method: 'POST',
        agent: this.agent,
        headers: { ...headers, ...more, 'content-length': body.length },
        ...(socketPath === undefined ? {} : { socketPath }),
      });
      const late = () =>
        request.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
      const timer = timeout > 0 ? this.host.after(timeout, late) : undefined;
      request.on('close', () => {
        timer?.cancel();
        reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      });
      request.on('socket', (socket) => socket.unref());
      request.on('error', reject);
      request.on('response', (response) => collect(request, response, resolve));
      request.end(body);
    });
  }
}

/** Calls back at once with the end of the answer: `close` follows before a promise would have settled. */
function collect(
  request: nodeHttp.ClientRequest,
  response: nodeHttp.IncomingMessage,
  done: (answer: Answer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('error', (error) => request.destroy(error));
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_RESPONSE) chunks.push(chunk);
    else
      request.destroy(Object.assign(new Error('the answer is larger than 4 MiB'), { code: ANSWER_TOO_LONG }));
  });
  response.on('end', () => {
    const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
    done({ status, statusText, headers, body: Buffer.concat(chunks) });
  });
}
