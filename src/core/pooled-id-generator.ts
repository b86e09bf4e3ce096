import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { writeHex, ZERO_ID } from './trace-id.ts';

/** Random bytes are fetched this many at a time: one call costs as much as a few thousand bytes. */
const POOL_WORDS = 16_384;
/**
 * Trace ids are cut out of a longer text, which takes a third of the time. It stays in memory as
 * long as one of its ids does, so it is short: 8 ids.
 */
const TEXT_WORDS = 32;
const TRACE_ID_LENGTH = 32;

/** Options of a {@link PooledIdGenerator}. */
export interface PooledIdGeneratorOptions {
  /** False: new traces have ids of 64 bits, for fleets whose oldest tracers know no more. Default true. */
  readonly traceId128?: boolean;
}

/**
 * Trace and span ids from the system's cryptographic random numbers, never zero. The bytes come
 * from a pool, so that an id costs less than one made with `Math.random()` by the SDK.
 */
export class PooledIdGenerator implements IdGenerator {
  private readonly traceId128: boolean;
  /** Filled with the first id, so that a start-up snapshot never holds ids of many processes. */
  private pool = new Uint32Array(0);
  private next = 0;
  private text = '';
  private textAt = 0;

  constructor({ traceId128 = true }: PooledIdGeneratorOptions = {}) {
    this.traceId128 = traceId128;
  }

  generateTraceId(): string {
    if (!this.traceId128) return ZERO_ID + this.generateSpanId();
    if (this.textAt >= this.text.length) this.renewText();
    const from = this.textAt;
    this.textAt = from + TRACE_ID_LENGTH;
    return this.text.slice(from, from + TRACE_ID_LENGTH);
  }

  generateSpanId(): string {
    if (this.next + 2 > this.pool.length) this.refill();
    const { pool, next } = this;
    this.next = next + 2;
    const high = pool[next] as number;
    const low = pool[next + 1] as number;
    return high === 0 && low === 0 ? this.generateSpanId() : writeHex(high, low);
  }

  private renewText(): void {
    if (this.next + TEXT_WORDS > this.pool.length) this.refill();
    const from = this.next;
    this.next = from + TEXT_WORDS;
    this.text = Buffer.from(this.pool.buffer, from * 4, TEXT_WORDS * 4).toString('hex');
    this.textAt = 0;
  }

  private refill(): void {
    if (this.pool.length === 0) this.pool = new Uint32Array(POOL_WORDS);
    randomFillSync(this.pool);
    this.next = 0;
  }
}
