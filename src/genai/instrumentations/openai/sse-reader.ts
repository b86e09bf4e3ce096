/** Longest event kept while it is incomplete; beyond it the stream is no longer read along. */
const MAX_EVENT = 16 * 1024 * 1024;

/**
 * Finds the data of server-sent events in bytes as they pass by.
 * Source: HTML standard, "Server-sent events", parsing an event stream.
 */
export class SseReader {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private data = '';

  constructor(private readonly onData: (data: string) => void) {}

  /** Takes the next bytes, or text. */
  push(chunk: unknown): void {
    const text =
      typeof chunk === 'string' ? chunk : this.decoder.decode(chunk as Uint8Array, { stream: true });
    this.rest += text;
    let start = 0;
    for (;;) {
      const end = this.rest.indexOf('\n', start);
      if (end < 0) break;
      this.line(this.rest.slice(start, this.rest.charCodeAt(end - 1) === 13 ? end - 1 : end));
      start = end + 1;
    }
    this.rest = this.rest.slice(start);
    if (this.rest.length > MAX_EVENT) this.rest = '';
  }

  private line(line: string): void {
    if (line === '') {
      if (this.data !== '') this.onData(this.data);
      this.data = '';
    } else if (line.startsWith('data:')) {
      const value = line.charCodeAt(5) === 32 ? line.slice(6) : line.slice(5);
      this.data = this.data === '' ? value : `${this.data}\n${value}`;
    }
  }
}
