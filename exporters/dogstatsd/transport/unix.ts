import type { Host } from '../../../src/core/index.ts';
import { type DatagramTransport, LARGE_BYTES } from './transport.ts';

/** The part of the package unix-dgram that is used here. */
interface UnixDgram {
  createSocket(type: 'unix_dgram'): UnixSocket;
}

interface UnixSocket {
  on(event: 'error', listener: (error: Error) => void): void;
  send(buffer: Uint8Array, offset: number, length: number, path: string, done: (error?: Error) => void): void;
  close(): void;
}

/** DogStatsD over a Unix datagram socket, which Node.js itself cannot open. */
export class UnixTransport implements DatagramTransport {
  readonly maxBytes = LARGE_BYTES;
  private socket: UnixSocket | undefined;

  /** @throws if the package unix-dgram is not installed, or does not work with this Node.js */
  constructor(
    private readonly path: string,
    host: Pick<Host, 'load'>,
  ) {
    this.socket = host.load<UnixDgram>('unix-dgram').createSocket('unix_dgram');
    this.socket.on('error', () => {});
  }

  send(datagram: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.socket) {
        reject(new Error('closed'));
        return;
      }
      this.socket.send(datagram, 0, datagram.length, this.path, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  close(): void {
    this.socket?.close();
    this.socket = undefined;
  }
}
