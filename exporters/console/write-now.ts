import { writeSync } from 'node:fs';

/** Milliseconds between two attempts. */
const PAUSE = 2;

/**
 * Writes all of a text without the event loop, also to a pipe that is full at the moment.
 * @param timeout ms that the reader of the pipe may take
 * @throws what the system says; a part may have been written
 */
export function writeNow(fd: number, text: string, timeout: number): void {
  const bytes = Buffer.from(text);
  let left = timeout;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // Node.js makes pipes non-blocking.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || left <= 0) throw error;
      left -= PAUSE;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
