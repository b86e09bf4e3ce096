import { writeSync } from 'node:fs';
import type { Outcome, Signal } from '../../src/core/index.ts';
import { type BatchOf, type Destination, describeFailure, type RemoteTransport } from '../delivery/index.ts';

const STDERR = 2;

/** One signal of the console as delivery sees it: the lines of a batch. */
export class ConsoleDestination<S extends Signal> implements Destination<S> {
  readonly remote: RemoteTransport = { kind: 'console', settings: () => ({}) };

  constructor(
    private readonly format: (batch: BatchOf[S]) => readonly string[],
    private readonly write: (text: string) => Promise<void>,
  ) {}

  encode(batch: BatchOf[S]): Uint8Array {
    return Buffer.from(
      this.format(batch)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  /** A stderr that is closed does not come back, so what fails is not tried again. */
  async send(body: Uint8Array): Promise<Outcome> {
    try {
      await this.write(Buffer.from(body).toString());
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'rejected', reason: describeFailure(error) };
    }
  }

  async shutdown(): Promise<void> {}
}

/** Writes to stderr in the thread that sends what is left while the process exits. */
export class ExitConsole {
  async send(body: Uint8Array): Promise<Outcome> {
    try {
      for (let at = 0; at < body.length; ) at += writeSome(body.subarray(at));
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'rejected', reason: describeFailure(error) };
    }
  }
}

/** A pipe that is full for the moment takes more as soon as it is read. */
function writeSome(body: Uint8Array): number {
  try {
    return writeSync(STDERR, body);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
