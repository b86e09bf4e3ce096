/** Fills datagrams with lines: as many as fit, a newline between them. */
export class Packer {
  private readonly datagrams: Buffer[] = [];
  private lines: string[] = [];
  private size = 0;
  /** Lines that fit into no datagram. */
  oversize = 0;

  /** @param maxBytes of one datagram */
  constructor(private readonly maxBytes: number) {}

  /** Adds a line without its newline. */
  add(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes > this.maxBytes) {
      this.oversize++;
      return;
    }
    if (this.size > 0 && this.size + 1 + bytes > this.maxBytes) this.flush();
    this.size += bytes + (this.size > 0 ? 1 : 0);
    this.lines.push(line);
  }

  /** Adds `name:v1:v2…` lines, each with as many values as fit. */
  addPacked(name: string, values: readonly number[], rest: string): void {
    const fixed = Buffer.byteLength(name) + Buffer.byteLength(rest);
    let packed = '';
    for (const value of values) {
      const text = `:${value}`;
      if (packed !== '' && fixed + packed.length + text.length > this.maxBytes) {
        this.add(`${name}${packed}${rest}`);
        packed = '';
      }
      packed += text;
    }
    if (packed !== '') this.add(`${name}${packed}${rest}`);
  }

  /** All datagrams; the packer is empty then. */
  take(): Buffer[] {
    this.flush();
    return this.datagrams.splice(0);
  }

  private flush(): void {
    if (this.lines.length > 0) this.datagrams.push(Buffer.from(this.lines.join('\n')));
    this.lines = [];
    this.size = 0;
  }
}
