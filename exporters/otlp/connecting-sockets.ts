import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Node.js tells here about every TCP socket that begins to connect. */
const CHANNEL = 'net.client.socket';

/**
 * The sockets that grpc-js opens for our calls and that are not connected yet. It gives no access to
 * them, and one whose packets nobody answers would hold the process for minutes: an attempt to connect
 * keeps it alive even if the socket does not.
 */
export class ConnectingSockets {
  private readonly sockets = new Set<Socket>();
  private readonly ours = new AsyncLocalStorage<true>();
  private isListening = false;

  /** Runs a call; sockets that are opened for it are ours. */
  run<T>(call: () => T): T {
    if (!this.isListening) subscribe(CHANNEL, this.onSocket);
    this.isListening = true;
    return this.ours.run(true, call);
  }

  /** Gives up those that still connect. */
  destroy(): void {
    unsubscribe(CHANNEL, this.onSocket);
    this.isListening = false;
    for (const socket of this.sockets) socket.destroy();
  }

  private readonly onSocket = (message: unknown): void => {
    if (!this.ours.getStore()) return;
    const { socket } = message as { readonly socket: Socket };
    this.sockets.add(socket);
    const forget = (): void => void this.sockets.delete(socket);
    socket.once('connect', forget).once('close', forget);
  };
}
