import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** What all commands read and write. */
export interface CliIo {
  /** Writes a line, or several, to stdout. */
  out(text: string): void;
  /** Writes a line, or several, to stderr. */
  err(text: string): void;
  /** Writes to stdout as it is, without a line's end. */
  raw(text: string): void;
  /** @throws if the file cannot be read */
  readFile(path: string): string;
  readStdin(): Promise<string>;
}

/** The streams and files of this process. */
export function processIo(): CliIo {
  // A reader that has seen enough, such as `head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  return {
    out: (line) => process.stdout.write(withEnd(line)),
    err: (line) => process.stderr.write(withEnd(line)),
    raw: (piece) => process.stdout.write(piece),
    readFile: (path) => readFileSync(path, 'utf8'),
    readStdin: () => text(process.stdin),
  };
}

function withEnd(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`;
}
