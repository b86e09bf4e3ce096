/** A TCP proxy in front of a backend, which is the network that fails. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of connections. `pass`: nothing. `swallow`: they stay open, and what is sent is lost in
 * both directions, for good (half-open TCP). `reset`: RST in the middle of a request. `close`: FIN when
 * a request comes. `cut`: the request arrives, and its answer is met by an RST. `refuse`: nobody listens.
 */
export type Treatment = 'pass' | 'swallow' | 'reset' | 'close' | 'cut' | 'refuse';

export class Gate implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  /** Those of applications whose connection is dead without their knowing. */
  private readonly dead = new Set<Socket>();
  private server: Server | undefined;
  private treatment: Treatment = 'pass';
  /** How many connections came in, refused ones aside. */
  connections = 0;
  port = 0;

  private constructor(
    private readonly target: number,
    private readonly host: string,
  ) {}

  /** @param at where it listens; default any port of 127.0.0.1 */
  static async open(
    target: number,
    treatment: Treatment = 'pass',
    at: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
  ): Promise<Gate> {
    const gate = new Gate(target, at.host);
    gate.port = at.port;
    await gate.listen();
    await gate.treat(treatment);
    return gate;
  }

  /** Holds for connections that are open, too, from their next byte on. */
  async treat(treatment: Treatment): Promise<void> {
    this.treatment = treatment;
    if (treatment === 'swallow') this.deaden();
    if (treatment === 'refuse') await this.stop();
    else if (!this.server) await this.listen();
  }

  /** What is connected now stays so, and carries nothing any more; new connections are treated as ever. */
  deaden(): void {
    for (const socket of this.sockets) this.dead.add(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async listen(): Promise<void> {
    this.server = createServer((client) => this.connected(client));
    this.server.listen(this.port, this.host);
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  private connected(client: Socket): void {
    this.connections++;
    const backend = connect(this.target, '127.0.0.1');
    const isDead = (): boolean => {
      if (this.treatment === 'swallow') this.dead.add(client);
      return this.dead.has(client);
    };
    this.tie(client, () => backend.destroy());
    this.tie(backend, () => {
      if (!isDead()) client.destroy();
    });
    client.on('data', (data) => {
      if (isDead()) return;
      if (this.treatment === 'reset') client.resetAndDestroy();
      else if (this.treatment === 'close') client.end();
      else backend.write(data);
    });
    backend.on('data', (data) => {
      if (isDead()) return;
      if (this.treatment === 'pass') client.write(data);
      else client.resetAndDestroy();
    });
  }

  private tie(socket: Socket, closed: () => void): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.sockets.delete(socket);
      closed();
    });
  }
}
