/** A TCP proxy in front of a backend, which is the network that fails. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of connections. `pass`: nothing. `swallow`: open, and what is sent is lost in both
 * directions (half-open TCP). `reset`: RST in the middle of a request. `close`: FIN when a request comes.
 * `cut`: the request arrives, and its answer is met by an RST. `refuse`: nobody listens.
 */
export type Treatment = 'pass' | 'swallow' | 'reset' | 'close' | 'cut' | 'refuse';

export class Gate implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private treatment: Treatment = 'pass';
  /** How many connections were treated otherwise than `pass`. */
  treated = 0;
  port = 0;

  private constructor(private readonly target: number) {}

  static async open(target: number, treatment: Treatment = 'pass'): Promise<Gate> {
    const gate = new Gate(target);
    await gate.listen();
    await gate.treat(treatment);
    return gate;
  }

  /** Holds for connections that are open, too, from their next byte on. */
  async treat(treatment: Treatment): Promise<void> {
    this.treatment = treatment;
    if (treatment === 'refuse') await this.stop();
    else if (!this.server) await this.listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async listen(): Promise<void> {
    this.server = createServer((client) => this.connected(client));
    this.server.listen(this.port, '127.0.0.1');
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
    const backend = connect(this.target, '127.0.0.1');
    let isTreated = false;
    const treat = (): void => {
      if (!isTreated) this.treated++;
      isTreated = true;
    };
    for (const [socket, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        // A connection that is swallowed stays open to the application's eyes.
        if (this.treatment !== 'swallow' || socket === client) other.destroy();
      });
    }
    client.on('data', (data) => {
      if (this.treatment === 'pass' || this.treatment === 'cut') return void backend.write(data);
      treat();
      if (this.treatment === 'reset') client.resetAndDestroy();
      else if (this.treatment === 'close') client.end();
    });
    backend.on('data', (data) => {
      if (this.treatment === 'pass') return void client.write(data);
      treat();
      if (this.treatment !== 'swallow') client.resetAndDestroy();
    });
  }
}
