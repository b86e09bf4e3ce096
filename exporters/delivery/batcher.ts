import type { Host, Timer } from '../../src/core/index.ts';
import type { Packing } from './destination.ts';

/** How items become batches. */
export interface BatcherOptions<T> {
  readonly maxItems: number;
  /** The same while {@link isBusy} and for some time after a full batch, if the destination works; no less. */
  readonly maxItemsBusy: number;
  /** Estimated bytes. */
  readonly maxBytes: number;
  /** Milliseconds that an item may wait. */
  readonly delay: number;
  /** Makes what keeps items as bytes. Default: they are kept as they are. */
  readonly createPacking?: (() => Packing<T> | undefined) | undefined;
  /** Estimated bytes of an item as it is. */
  sizeOf(item: T): number;
  /** False while the destination takes nothing: larger batches are only more to be sent again. */
  isWorking(): boolean;
  /** True while whoever takes the batches is at work on one, and says with {@link Batcher.ready} when no longer. */
  isBusy(): boolean;
  /** Takes a full batch. */
  onBatch(batch: readonly T[], items: number, bytes: number): void;
}

/**
 * Milliseconds from one full batch to the next, if it need not be larger than it may be. Each request
 * costs as much CPU as hundreds of spans and holds up the event loop once.
 */
const REST = 125;

/** Gathers items until there are enough of them, they are large enough or the first has waited long enough. */
export class Batcher<T> {
  /** Those that are not packed. */
  private loose: T[] = [];
  private count = 0;
  private byteCount = 0;
  /** Bytes of the item that was packed last: the next is most often like it. */
  private lastPacked = 0;
  private packing: Packing<T> | undefined;
  private timer: Timer | undefined;
  private isResting = false;

  constructor(
    private readonly options: BatcherOptions<T>,
    private readonly host: Pick<Host, 'after'>,
  ) {}

  get length(): number {
    return this.count;
  }

  get bytes(): number {
    return this.byteCount;
  }

  /** About how many bytes an item will take; to look at it closely would cost as much as to pack it. */
  estimate(item: T): number {
    return this.lastPacked || this.options.sizeOf(item);
  }

  /**
   * Takes an item in; returns the bytes it takes.
   *
   * @param estimate what {@link estimate} said of it
   */
  add(item: T, estimate: number): number {
    const { maxBytes, delay, createPacking } = this.options;
    if (createPacking) this.packing ??= createPacking();
    const { packing } = this;
    let packed = packing === undefined ? 0 : packing.add(item);
    const bytes = packed || (packing === undefined ? estimate : this.options.sizeOf(item));
    // A large item goes into a batch of its own rather than make the others too large to send.
    if (this.count > 0 && this.byteCount + bytes > maxBytes) {
      if (packed > 0) packing?.undo();
      this.cut();
      if (packed > 0) packed = packing?.add(item) ?? 0;
    }
    if (packed > 0) this.lastPacked = packed;
    else this.loose.push(item);
    this.count++;
    this.byteCount += bytes;
    if (this.isFull() || this.byteCount >= maxBytes) this.cut();
    else this.timer ??= this.host.after(delay, () => this.cut());
    return bytes;
  }

  private isFull(): boolean {
    const { count, options } = this;
    if (count < options.maxItems) return false;
    return count >= options.maxItemsBusy || !options.isWorking() || !(this.isResting || options.isBusy());
  }

  /** Hands on a batch that has waited only because others were under way. */
  ready(): void {
    if (this.isFull()) this.cut();
  }

  private rest(): void {
    if (this.isResting) return;
    this.isResting = true;
    this.host.after(REST, () => {
      this.isResting = false;
      this.ready();
    });
  }

  /** Hands on what is there. */
  cut(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const { loose, count, byteCount, options } = this;
    if (count === 0) return;
    if (count >= options.maxItems) this.rest();
    this.loose = [];
    this.count = 0;
    this.byteCount = 0;
    const packed = this.packing?.take() ?? [];
    options.onBatch(loose.length === 0 ? packed : [...packed, ...loose], count, byteCount);
  }
}
