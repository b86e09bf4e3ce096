import type { Host, Timer } from '../../src/core/index.ts';

/** How items become batches. */
export interface BatcherOptions<T> {
  readonly maxItems: number;
  /** The same while {@link isBusy}; no less. */
  readonly maxItemsBusy: number;
  /** Estimated bytes. */
  readonly maxBytes: number;
  /** Milliseconds that an item may wait. */
  readonly delay: number;
  /** True while whoever takes the batches is at work on one, and says with {@link Batcher.ready} when no longer. */
  isBusy(): boolean;
  /** Takes a full batch. */
  onBatch(items: readonly T[], bytes: number): void;
}

/** Gathers items until there are enough of them, they are large enough or the first has waited long enough. */
export class Batcher<T> {
  private items: T[] = [];
  private byteCount = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly options: BatcherOptions<T>,
    private readonly host: Pick<Host, 'after'>,
  ) {}

  get length(): number {
    return this.items.length;
  }

  get bytes(): number {
    return this.byteCount;
  }

  add(item: T, bytes: number): void {
    const { maxBytes, delay } = this.options;
    // A large item goes into a batch of its own rather than make the others too large to send.
    if (this.items.length > 0 && this.byteCount + bytes > maxBytes) this.cut();
    this.items.push(item);
    this.byteCount += bytes;
    if (this.isFull() || this.byteCount >= maxBytes) this.cut();
    else this.timer ??= this.host.after(delay, () => this.cut());
  }

  private isFull(): boolean {
    const { length } = this.items;
    const { options } = this;
    return length >= options.maxItems && (length >= options.maxItemsBusy || !options.isBusy());
  }

  /** Hands on a batch that has waited only because others were under way. */
  ready(): void {
    if (this.isFull()) this.cut();
  }

  /** Hands on what is there. */
  cut(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.items.length === 0) return;
    const { items, byteCount } = this;
    this.items = [];
    this.byteCount = 0;
    this.options.onBatch(items, byteCount);
  }
}
