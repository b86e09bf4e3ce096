import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import { boundedAfter, retryDelay } from './backoff.ts';
import { BATCH_KINDS } from './batch-kind.ts';
import { createSender } from './create-sender.ts';
import { type BatchOf, type Destination, destinationOf } from './destination.ts';
import type { DestinationHealth } from './health.ts';
import { CREDENTIALS_PAUSE, type DeliveryOptions } from './options.ts';
import type { PlainExporter } from './plain-sender.ts';
import type { Sender } from './sender.ts';

/** What a {@link FallbackRoute} is made of. */
export interface FallbackRouteParts<S extends Signal> {
  /** The exporter's name. */
  readonly name: string;
  readonly signal: S;
  readonly exporter: PlainExporter;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after' | 'clock'>;
  readonly options: Pick<DeliveryOptions, 'retryDelay' | 'maxRetryDelay'>;
}

/**
 * One exporter as the fallback of one signal, shared by all destinations that fail. It keeps nothing:
 * what it does not take stays with the destination. After a failure it pauses, longer each time, and
 * one request tries it again.
 */
export class FallbackRoute<S extends Signal = Signal> {
  readonly destination: Destination<S> | undefined;
  private readonly sender: Sender<S>;
  private readonly users = new Set<object>();
  /** What it has, so that two destinations that fail do not bring the same span twice. */
  private readonly taken = new WeakSet<object>();
  private lastTurn: Promise<unknown> = Promise.resolve();
  private holder: object | undefined;
  private failures = 0;
  private resumesAt = Number.NEGATIVE_INFINITY;
  private underWay = 0;

  constructor(private readonly parts: FallbackRouteParts<S>) {
    this.destination = destinationOf<S>(parts.exporter);
    this.sender = createSender<S>(parts.exporter, parts.host);
    this.destination?.onRenewal?.(() => {
      this.failures = 0;
    });
  }

  get name(): string {
    return this.parts.name;
  }

  /** True if it wants unsampled spans too. */
  get unsampled(): boolean {
    return this.destination?.unsampled ?? false;
  }

  /** What chooses how counters are sent, if the exporter has a preference. */
  get exporter(): PlainExporter {
    return this.parts.exporter;
  }

  /** Monotonic time of the next attempt after a failure. */
  get notBefore(): number {
    return this.resumesAt;
  }

  join(user: object): void {
    this.users.add(user);
  }

  /** The last one to leave closes it. */
  async leave(user: object): Promise<void> {
    this.release(user);
    if (this.users.delete(user) && this.users.size === 0) await this.sender.shutdown();
  }

  /** True if this user may send now. */
  isReady(user: object, now: number): boolean {
    if (this.holder !== undefined && this.holder !== user) return false;
    return this.failures === 0 || (now >= this.resumesAt && this.underWay === 0);
  }

  /** Sends once, within `timeout` ms. Never rejects. */
  async send(user: object, batch: BatchOf[S], attempt: number, timeout: number): Promise<Outcome> {
    // Destinations read metrics each for itself: only one may bring its series at a time.
    if (this.parts.signal === 'metrics') this.holder = user;
    this.underWay++;
    const send = (): Promise<Outcome> => this.sendNew(batch, attempt, timeout);
    try {
      if (this.users.size < 2) return this.judge(await send());
      const turn = this.lastTurn.then(send);
      this.lastTurn = turn.catch(() => {});
      return this.judge(await turn);
    } catch (error) {
      return this.judge({ kind: 'retry', reason: String(error) });
    } finally {
      this.underWay--;
    }
  }

  /** The last attempt, in this thread and at once. False if it did not take it, or cannot. */
  sendAtExit(batch: BatchOf[S], timeout: number): boolean {
    const fresh = this.withoutTaken(batch);
    if (BATCH_KINDS[this.parts.signal].count(fresh) === 0) return true;
    const outcome = this.sender.sendAtExit?.(fresh, timeout);
    const isTaken = outcome !== undefined && this.judge(outcome).kind === 'delivered';
    if (isTaken) this.note(fresh);
    return isTaken;
  }

  /** True if {@link sendAtExit} is worth a try. */
  get takesAtExit(): boolean {
    return this.sender.sendAtExit !== undefined;
  }

  /** The user's destination works again. */
  release(user: object): void {
    if (this.holder === user) this.holder = undefined;
  }

  private async sendNew(batch: BatchOf[S], attempt: number, timeout: number): Promise<Outcome> {
    const fresh = this.withoutTaken(batch);
    if (BATCH_KINDS[this.parts.signal].count(fresh) === 0) return { kind: 'delivered' };
    const outcome = await this.sender.send(fresh, attempt, timeout);
    if (outcome.kind === 'delivered' && !outcome.rejected) this.note(fresh);
    return outcome;
  }

  private note(batch: BatchOf[S]): void {
    if (Array.isArray(batch)) for (const item of batch as readonly object[]) this.taken.add(item);
  }

  private withoutTaken(batch: BatchOf[S]): BatchOf[S] {
    if (this.users.size < 2 || !Array.isArray(batch)) return batch;
    return (batch as readonly object[]).filter((item) => !this.taken.has(item)) as unknown as BatchOf[S];
  }

  private judge(outcome: Outcome): Outcome {
    const { health, signal, options, host } = this.parts;
    if (outcome.kind === 'delivered' || outcome.kind === 'split') {
      this.failures = 0;
      if (outcome.kind === 'delivered') health.succeeded(signal);
      return outcome;
    }
    health.failed(signal, outcome.reason);
    if (outcome.kind === 'rejected') {
      this.failures = 0;
      return outcome;
    }
    this.failures++;
    const after = outcome.kind === 'retry' ? boundedAfter(outcome.after) : CREDENTIALS_PAUSE;
    this.resumesAt = host.clock.monotonic() + retryDelay(this.failures, after, options);
    return outcome;
  }
}
