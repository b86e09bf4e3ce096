import type { Host, Problem } from '../../src/core/index.ts';
import { FileWatch } from '../credentials/index.ts';
import type { TlsFiles } from './settings.ts';
import { type TlsMaterial, TlsReader } from './tls.ts';

/** The TLS files of a signal, read again when they change. What cannot be used changes nothing. */
export class TlsSource {
  private current: TlsMaterial;
  private readonly paths: readonly string[];
  private watch: FileWatch | undefined;
  private readonly listeners: (() => void)[] = [];
  private complaint: string | undefined;

  /** @param reader reads them the first time, and reports what is wrong */
  constructor(
    private readonly files: TlsFiles,
    reader: TlsReader,
    private readonly host: Pick<Host, 'every' | 'log'>,
  ) {
    this.current = reader.read(files);
    const named = [files.ca, files.client?.certificate, files.client?.key];
    this.paths = named.flatMap((file) => file?.path ?? []);
  }

  get material(): TlsMaterial {
    return this.current;
  }

  /** Calls back when there are other certificates; from now on the files are watched. */
  onChange(changed: () => void): void {
    this.listeners.push(changed);
    if (this.paths.length > 0) this.watch ??= new FileWatch(this.paths, this.host, () => this.reload());
  }

  /** Reads the files again. A certificate and a key that do not belong together yet are waited for. */
  reload(): void {
    if (this.paths.length === 0) return;
    const problems: Problem[] = [];
    const read = new TlsReader((problem) => void problems.push(problem)).read(this.files);
    const [problem] = problems;
    if (problem) {
      this.complain(problem);
      return;
    }
    this.complaint = undefined;
    if (isSame(read, this.current)) return;
    this.current = read;
    for (const changed of this.listeners) changed();
  }

  close(): void {
    this.watch?.close();
  }

  private complain({ source, message }: Problem): void {
    const line = `${source}: ${message}; going on as before`;
    if (line === this.complaint) return;
    this.complaint = line;
    this.host.log.warn(line);
  }
}

function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return (['ca', 'cert', 'key'] as const).every((part) => {
    const [left, right] = [a[part], b[part]];
    return left === right || (left !== undefined && right !== undefined && left.equals(right));
  });
}
