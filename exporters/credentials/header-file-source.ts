import type { HeaderSource, HeaderState, Host } from '../../src/core/index.ts';
import { FileWatch } from './file-watch.ts';
import { readHeaderFile } from './header-file.ts';
import { isSame, Listeners } from './listeners.ts';

/** Headers from a file or directory, read again when it changes and when the backend refuses them. */
export class HeaderFileSource implements HeaderSource {
  private state: HeaderState = { missing: '' };
  private modifiedAt = 0;
  private mistake: string | undefined;
  private hasWarned = false;
  private readonly listeners = new Listeners();
  private readonly watch: FileWatch;

  /** @param source what names the file, for messages: a variable */
  constructor(
    private readonly path: string,
    private readonly source: string,
    private readonly host: Pick<Host, 'clock' | 'every' | 'log'>,
  ) {
    this.load();
    this.watch = new FileWatch([path], host, () => this.load());
  }

  async get(): Promise<HeaderState> {
    return this.state;
  }

  now(): HeaderState {
    this.load();
    return this.state;
  }

  async refused(used: Readonly<Record<string, string>>): Promise<boolean> {
    this.load();
    return 'headers' in this.state && !isSame(this.state.headers, used);
  }

  onChange(changed: () => void): () => void {
    return this.listeners.add(changed);
  }

  age(): number | undefined {
    return 'headers' in this.state ? Math.max(0, this.host.clock.now() - this.modifiedAt) : undefined;
  }

  close(): void {
    this.watch.close();
  }

  /** What cannot be used changes nothing: a file may be half written, and what was there may still hold. */
  private load(): void {
    const file = readHeaderFile(this.path);
    if ('mistake' in file) {
      this.keep(file.mistake);
      return;
    }
    this.mistake = undefined;
    if (file.isOpen && !this.hasWarned) {
      this.hasWarned = true;
      this.host.log.warn(
        `${this.source}: "${this.path}" can be read by every user of this machine; expected: mode 0400 or 0600`,
      );
    }
    this.modifiedAt = file.modifiedAt;
    const isNew = !('headers' in this.state && isSame(this.state.headers, file.headers));
    this.state = { headers: file.headers };
    if (isNew) this.listeners.call();
  }

  private keep(mistake: string): void {
    if (mistake === this.mistake) return;
    this.mistake = mistake;
    const has = 'headers' in this.state;
    if (!has) this.state = { missing: `${this.source}: "${this.path}" ${mistake}` };
    const consequence = has ? 'going on with the headers it had before' : 'nothing is sent without them';
    this.host.log.warn(`${this.source}: "${this.path}" ${mistake}; ${consequence}`);
  }
}
