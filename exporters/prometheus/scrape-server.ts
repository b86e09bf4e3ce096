import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where metrics can be fetched. */
export const METRICS_PATH = '/metrics';

/** Answers a scrape. */
export type ScrapeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server for scrapes that never keeps the process alive and is never traced itself. */
export class ScrapeServer {
  private readonly server: Server;
  private closing: Promise<void> | undefined;

  constructor(handler: ScrapeHandler) {
    this.server = createServer((request, response) => {
      const path = (request.url ?? '').split('?', 1)[0];
      if (path === METRICS_PATH) return handler(request, response);
      response.writeHead(404).end();
    });
    // Instrumentations replace http.Server.prototype.emit to see requests; scrapes are none of the app's.
    this.server.emit = EventEmitter.prototype.emit;
    this.server.on('connection', (socket) => socket.unref());
  }

  /** @returns the port, which is a free one if `port` is 0. @throws if it cannot listen there */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, host }, () => {
        this.server.off('error', reject).on('error', () => {});
        resolve((this.server.address() as AddressInfo).port);
      });
      this.server.unref();
    });
  }

  /** Stops listening and closes what is open; may come twice, or without a start. */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
    return this.closing;
  }
}
