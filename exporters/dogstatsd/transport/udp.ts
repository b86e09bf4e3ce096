import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type DatagramTransport, UDP_BYTES } from './transport.ts';

/** DogStatsD over UDP. The socket keeps no process alive. */
export class UdpTransport implements DatagramTransport {
  readonly maxBytes = UDP_BYTES;
  private readonly hostname: string;
  private readonly port: number;
  private socket: Socket | undefined;

  /** @param url `udp://host:port` */
  constructor(url: string) {
    // The WHATWG parser knows a host and port only for schemes it knows.
    const { hostname, port } = new URL(url.replace(/^udp:/, 'http:'));
    this.hostname = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port) || (/:80$/.test(url) ? 80 : 8_125);
  }

  send(datagram: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.open().send(datagram, this.port, this.hostname, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private open(): Socket {
    if (!this.socket) {
      const socket = createSocket(isIPv6(this.hostname) ? 'udp6' : 'udp4');
      socket.unref();
      // What matters arrives in the callback of send; without a listener an ICMP error would throw.
      socket.on('error', () => {});
      this.socket = socket;
    }
    return this.socket;
  }
}
