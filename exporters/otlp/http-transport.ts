import type * as nodeHttp from 'node:http';
import type * as nodeHttps from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ExportResponse, IExporterTransport } from '@opentelemetry/otlp-exporter-base';
import type { Host } from '../../src/core/index.ts';
import { type Answer, responseOf, responseOfError } from './http-response.ts';
import type { TlsMaterial } from './tls.ts';

/** What one signal is sent with. */
export interface HttpTransportOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly tls: TlsMaterial;
}

/** As upstream has it: five retries, 1 s and then 1.5 times longer each, at most 5 s, ± 20 %. */
const RETRIES = 5;
const FIRST_DELAY = 1_000;
const FACTOR = 1.5;
const MAX_DELAY = 5_000;
const JITTER = 0.2;

/** The largest answer that is read. Source: OTLP specification 1.11, "client MUST cap the response". */
const MAX_RESPONSE = 4 * 1024 * 1024;

const pack = promisify(gzip);

/**
 * Sends OTLP over HTTP. In the place of upstream's transport, which says nothing of the HTTP status
 * after retries, whose timeout never comes while an answer trickles in, and which takes
 * `Retry-After: 0` as leave to send without a pause.
 */
export class HttpTransport implements IExporterTransport {
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
    this.agent = new client.Agent({ keepAlive: true, ...(secure ? options.tls : {}) });
  }

  /** Sends, with retries, until it has arrived, is refused or `timeout` ms are over. Never rejects. */
  async send(data: Uint8Array, timeout: number): Promise<ExportResponse> {
    const { clock } = this.host;
    const body = this.options.compression === 'gzip' ? await pack(data) : data;
    const deadline = clock.monotonic() + timeout;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.sendOnce(body, deadline - clock.monotonic());
      if (answer.status !== 'retryable' || attempt === RETRIES) return answer;
      const delay = Math.max(answer.retryInMillis ?? 0, backoff(attempt));
      if (clock.monotonic() + delay >= deadline) return answer;
      await new Promise<void>((resolve) => this.host.after(delay, resolve));
    }
  }

  shutdown(): void {
    this.agent.destroy();
  }

  private async sendOnce(body: Uint8Array, timeout: number): Promise<ExportResponse> {
    try {
      return responseOf(await this.exchange(body, timeout));
    } catch (error) {
      return responseOfError(error as NodeJS.ErrnoException);
    }
  }

  private exchange(body: Uint8Array, timeout: number): Promise<Answer> {
    const { url, headers, compression } = this.options;
    const encoding = compression === 'gzip' ? { 'content-encoding': 'gzip' } : {};
    return new Promise((resolve, reject) => {
      const length = { 'content-length': body.length };
      const request = this.request(url, {
        method: 'POST',
        agent: this.agent,
        headers: { ...headers, ...encoding, ...length },
      });
      const late = () =>
        request.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
      const timer = this.host.after(timeout, late);
      request.on('close', () => timer.cancel());
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_RESPONSE) request.destroy(new Error('the answer is larger than 4 MiB'));
          else chunks.push(chunk);
        });
        response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
      });
      request.end(body);
    });
  }
}

function backoff(attempt: number): number {
  const jitter = 1 + JITTER * (2 * Math.random() - 1);
  return Math.min(FIRST_DELAY * FACTOR ** attempt * jitter, MAX_DELAY);
}
