/** An HTTP proxy between an application and its backend, which is always on this machine, whatever it is called. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * What it does with requests. `pass`: hands them on. `refuse`: nobody listens. `hang`: never says a word.
 * `die`: begins, and then the connection is gone. `ask`: wants other credentials (407).
 */
export type ProxyMood = 'pass' | 'refuse' | 'hang' | 'die' | 'ask';

export class Proxy implements AsyncDisposable {
  /** The `Proxy-Authorization` of each request, plain and CONNECT. */
  readonly credentials: (string | undefined)[] = [];
  /** What each was for. */
  readonly targets: string[] = [];
  private readonly sockets = new Set<Duplex>();
  private server: Server | undefined;
  private mood: ProxyMood = 'pass';
  private port = 0;

  static async open(mood: ProxyMood = 'pass'): Promise<Proxy> {
    const proxy = new Proxy();
    await proxy.listen();
    await proxy.treat(mood);
    return proxy;
  }

  /** With credentials, which must not be seen anywhere. */
  url(user = 'user', password = 'pass'): string {
    return `http://${user}:${password}@127.0.0.1:${this.port}`;
  }

  /** What is connected loses its connection. */
  async treat(mood: ProxyMood): Promise<void> {
    this.mood = mood;
    for (const socket of this.sockets) socket.destroy();
    if (mood === 'refuse') await this.stop();
    else if (!this.server) await this.listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.treat('refuse');
  }

  private async listen(): Promise<void> {
    const server = createServer((...exchange) => this.forward(...exchange));
    server.on('connection', (socket) => this.keep(socket));
    server.on('connect', (...tunnel: [IncomingMessage, Socket, Buffer]) => this.tunnel(...tunnel));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
  }

  private note({ headers, url = '' }: IncomingMessage): void {
    this.credentials.push(headers['proxy-authorization']);
    this.targets.push(url);
  }

  /** A plain request, to the whole URL. */
  private forward(incoming: IncomingMessage, response: ServerResponse): void {
    this.note(incoming);
    if (this.mood === 'hang') return;
    if (this.mood === 'die') {
      incoming.socket.destroy();
    } else if (this.mood === 'ask') {
      incoming.resume();
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
    } else {
      const { port, pathname } = new URL(incoming.url ?? '');
      const { method, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port, path: pathname, method, headers, agent: false });
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    }
  }

  /** CONNECT: whatever is said goes through. */
  private tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.note(incoming);
    if (this.mood === 'hang') return;
    if (this.mood === 'ask') {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const established = (): void => void socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (this.mood === 'die') {
      established();
      socket.once('data', () => socket.destroy());
      return;
    }
    const onward = connect(Number(new URL(`http://${incoming.url}`).port), '127.0.0.1', () => {
      established();
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    this.keep(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }
}
