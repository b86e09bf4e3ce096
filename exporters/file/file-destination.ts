import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import { type BatchOf, type Destination, describeFailure, type RemoteTransport } from '../delivery/index.ts';
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts';

/** Appends bodies to a file, each once. What fails may be tried again: a disk is emptied, a directory made. */
export class FileTransport {
  constructor(
    private readonly file: RotatingFile,
    private readonly host: Pick<Host, 'after'>,
  ) {}

  /** In the thread that sends what is left while the process exits. */
  static open(options: RotatingFileOptions, host: Pick<Host, 'after'>): FileTransport {
    return new FileTransport(new RotatingFile(options), host);
  }

  /** Never rejects. A file system that hangs may still take it after `timeout` ms (0 for no limit). */
  send(body: Uint8Array, timeout: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const late = (): void => resolve({ kind: 'retry', reason: 'the file system does not answer in time' });
      const timer = timeout > 0 ? this.host.after(timeout, late) : undefined;
      const settle = (outcome: Outcome): void => {
        timer?.cancel();
        resolve(outcome);
      };
      this.file.append(body).then(
        () => settle({ kind: 'delivered' }),
        (error: unknown) => settle({ kind: 'retry', reason: describeFailure(error) }),
      );
    });
  }
}

/** One signal of a file as delivery sees it: a line of OTLP JSON for each batch. */
export class FileDestination<S extends Signal> implements Destination<S> {
  readonly remote: RemoteTransport;
  private readonly transport: FileTransport;

  constructor(
    private readonly serializer: ISerializer<BatchOf[S], unknown>,
    private readonly file: RotatingFile,
    options: RotatingFileOptions,
    host: Pick<Host, 'after'>,
  ) {
    this.transport = new FileTransport(file, host);
    this.remote = { kind: 'file', settings: () => options };
  }

  encode(batch: BatchOf[S]): Uint8Array {
    const json = this.serializer.serializeRequest(batch);
    if (!json) throw new Error('it cannot be written as OTLP JSON');
    return Buffer.concat([json, Buffer.from('\n')]);
  }

  send(body: Uint8Array, timeout: number): Promise<Outcome> {
    return this.transport.send(body, timeout);
  }

  shutdown(): Promise<void> {
    return this.file.settled();
  }
}
