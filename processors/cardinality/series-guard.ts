import type { Attributes } from '@opentelemetry/api';
import { type KeyRule, KeyTable } from './key-table.ts';
import { type CardinalityOptions, OVERFLOW_VALUE, PATH_KEYS } from './options.ts';
import { shortAttributes } from './short-attributes.ts';

interface Series {
  readonly check: number;
  readonly attributes: Attributes;
  generation: number;
}

/** Told once per key when its limit is reached, and counted each time. */
export type OnOverflow = (key: string) => void;

/** Source: OpenTelemetry specification, metrics SDK, overflow attribute. */
export const OVERFLOW_ATTRIBUTES: Attributes = Object.freeze({ 'otel.metric.overflow': true });
/** The key under which the overflow of a whole instrument is told. */
export const ALL_KEYS = '*';
/** Different keys of one instrument; more are left out. */
const KEYS_LIMIT = 128;
/** A series that was not recorded for so many collections of delta metrics makes room. */
const IDLE_CYCLES = 3;
const SLOTS = 0x3fff_ffff;

/**
 * Bounds the series of one instrument, before anything is aggregated, for as long as the process
 * runs. Each value of each key has a random number, and a series is known by these numbers
 * combined: the same for the same attributes in any order, and found without building a text
 * (Zobrist hashing with 62 bits; two of 2,000 series meet with a probability below 10^-12). Memory
 * is bounded by the limits, not by what is recorded.
 */
export class SeriesGuard {
  private readonly tables = new Map<string, KeyTable>();
  private readonly series = new Map<number, Series>();
  private readonly allowed: ReadonlySet<string>;
  private readonly blocked: ReadonlySet<string>;
  private generation = 0;
  private made = 0;
  /** The tables of the attributes recorded last, by position: instruments are called alike. */
  private readonly recent: KeyTable[] = [];

  constructor(
    private readonly options: CardinalityOptions,
    private readonly limit: number,
    private readonly onOverflow: OnOverflow,
    /** Series get attributes that stand for theirs. */
    private readonly isShort = false,
  ) {
    this.allowed = new Set(options.allowKeys);
    this.blocked = new Set(options.blockKeys);
  }

  /** The attributes to record under: of a known or new series, or of the overflow series. */
  admit(attributes: Attributes | undefined): Attributes {
    const { generation, recent } = this;
    let hash = 0;
    let check = 0;
    let position = 0;
    if (attributes !== undefined) {
      for (const key in attributes) {
        let table = recent[position];
        if (table === undefined || table.key !== key) {
          table = this.tables.get(key) ?? this.addTable(key);
          if (table === undefined) continue;
          if (position < KEYS_LIMIT) recent[position] = table;
        }
        position++;
        const known = table.lookup(attributes[key], generation);
        hash ^= known.hash;
        check = (check + known.check) | 0;
      }
    }
    // Small integers make quick keys; the second number tells apart those that meet.
    let slot = hash & SLOTS;
    let series = this.series.get(slot);
    while (series !== undefined && series.check !== check) {
      slot = (slot + 1) & SLOTS;
      series = this.series.get(slot);
    }
    if (series === undefined) return this.addSeries(slot, check, attributes ?? {});
    series.generation = generation;
    return series.attributes;
  }

  private addSeries(slot: number, check: number, attributes: Attributes): Attributes {
    if (this.series.size >= this.limit) {
      this.onOverflow(ALL_KEYS);
      return OVERFLOW_ATTRIBUTES;
    }
    const limited: Attributes = {};
    for (const key in attributes) {
      const value = this.tables.get(key)?.lookup(attributes[key], this.generation).value;
      if (value !== undefined) limited[key] = value;
    }
    const isShorter = this.isShort && Object.keys(limited).length > 0;
    const given = isShorter ? shortAttributes(limited, this.made++) : limited;
    this.series.set(slot, { check, attributes: given, generation: this.generation });
    return given;
  }

  private addTable(key: string): KeyTable | undefined {
    if (this.tables.size >= KEYS_LIMIT) {
      this.onOverflow(ALL_KEYS);
      return undefined;
    }
    const table = new KeyTable(key, this.ruleOf(key), this.onOverflow);
    this.tables.set(key, table);
    return table;
  }

  private ruleOf(key: string): KeyRule {
    const { options } = this;
    const allowed = this.allowed.has(key);
    const overflowValue = options.overflowValues[key] ?? OVERFLOW_VALUE;
    return {
      // More values than series can never be seen.
      limit: allowed ? this.limit : (options.keyLimits[key] ?? options.keyLimit),
      overflowValue: options.action === 'drop' ? undefined : overflowValue,
      blocked: !allowed && this.blocked.has(key),
      isPath: options.paths && PATH_KEYS.has(key),
      dropUuids: !allowed,
    };
  }

  /**
   * A collection of delta metrics is over: what was not recorded for some collections makes room.
   * Must not be called for cumulative metrics, whose series live as long as the process.
   */
  endCycle(): void {
    this.generation++;
    const before = this.generation - IDLE_CYCLES;
    for (const [slot, { generation }] of this.series) if (generation < before) this.series.delete(slot);
    for (const table of this.tables.values()) table.forget(before);
  }
}
