import type { TimedEvent } from '@opentelemetry/sdk-trace';
import { cutValue, SURELY_SHORT } from '../map/cut-value.ts';
import { toJson } from '../map/json.ts';
import type { Naming } from '../map/resource-name.ts';
import { EventsJson } from './events-json.ts';
import { type Key, type KeyTable, Written } from './keys.ts';
import { type MsgpackWriter, msgpackString } from './msgpack-writer.ts';

const META = msgpackString('meta');
const METRICS = msgpackString('metrics');

/** Longer texts are not compared with the one before: they seldom repeat. */
const REPEAT_TO = 1_024;

/**
 * Writes the `meta` and `metrics` maps of one span after another. Text goes straight into the
 * payload, numbers wait until the end: so attributes are walked only once.
 */
export class TagWriter {
  /** Numbers wait here until `meta` is complete; the arrays are used again for every span. */
  private readonly metricKeys: Key[] = [];
  private readonly metricValues: number[] = [];
  private readonly metricStarts: number[] = [];
  private metaAt = 0;
  private metaCount = 0;
  private metricCount = 0;
  /** The last beginning of `metrics`. */
  private readonly metrics = new Written(0);
  private readonly eventsJson: EventsJson;
  /** Number of the span being written; never 0. */
  span = 0;

  constructor(
    private readonly writer: MsgpackWriter,
    private readonly keys: KeyTable,
    private readonly naming: Naming,
  ) {
    this.eventsJson = new EventsJson(writer);
  }

  /** Number of the payload: positions in another one are void. */
  payload = 0;

  /** Says that positions in the payload buffer are void from now on. */
  forget(): void {
    this.payload++;
  }

  begin(): void {
    this.span++;
    this.metaCount = 0;
    this.metricCount = 0;
    this.writer.raw(META);
    this.metaAt = this.writer.openMap();
  }

  /** Begins behind tags that are written already, `meta` with its count at `metaAt`. */
  resume(metaAt: number, count: number): void {
    this.span++;
    this.metaAt = metaAt;
    this.metaCount = count;
    this.metricCount = 0;
  }

  /** Completes `meta` and writes `metrics`. */
  end(): void {
    const { writer, metrics, payload, metricCount, metricKeys, metricValues } = this;
    writer.patch32(this.metaAt, this.metaCount);
    if (metrics.payload === payload && metrics.value === metricCount) {
      writer.again(metrics.start, metrics.end);
    } else {
      metrics.start = writer.position;
      writer.raw(METRICS);
      writer.patch32(writer.openMap(), metricCount);
      metrics.end = writer.position;
      metrics.value = metricCount;
      metrics.payload = payload;
    }
    const { metricStarts } = this;
    for (let index = 0; index < metricCount; index++) {
      metricStarts[index] = writer.position;
      this.number(metricKeys[index] as Key, metricValues[index] as number);
    }
    metricStarts[metricCount] = writer.position;
  }

  private number(key: Key, value: number): void {
    const { metric } = key;
    const { writer, payload } = this;
    if (metric.payload === payload && Object.is(metric.value, value)) {
      writer.again(metric.start, metric.end);
      return;
    }
    metric.start = writer.position;
    this.numberEntry(key, value);
    metric.end = writer.position;
    metric.value = value;
    metric.payload = payload;
  }

  /** Entries of `meta` that are MessagePack already; their keys must be reserved ones. */
  block(bytes: Uint8Array, count: number): void {
    this.writer.raw(bytes);
    this.metaCount += count;
  }

  /** An attribute of any type under the rules of the mapping: numbers to metrics, the rest to meta. */
  any(key: Key, value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.text(key, value);
        return;
      case 'number':
        this.metric(key, value);
        return;
      case 'boolean':
        this.text(key, value ? 'true' : 'false');
        return;
      case 'object':
        if (value !== null) this.nested(key, value);
        return;
      case 'bigint':
        this.text(key, String(value));
    }
  }

  /**
   * A tag with text, cut at 25 000 characters; JSON stays JSON. Where the value is the one that the tag had in an
   * earlier span of the payload, name and value are copied from there.
   */
  text(key: Key, value: string): void {
    if (!key.claim(this.span)) return;
    const { writer, payload } = this;
    const { text } = key;
    this.metaCount++;
    if (text.payload === payload && text.value === value) {
      writer.again(text.start, text.end);
      return;
    }
    const start = writer.position;
    this.entry(key, value);
    if (value.length > REPEAT_TO) return;
    text.start = start;
    text.end = writer.position;
    text.value = value;
    text.payload = payload;
  }

  /** A name and a text, cut at 25 000 characters, and nothing else. */
  entry({ bytes }: Key, value: string): void {
    const { writer } = this;
    writer.raw(bytes);
    writer.string(value.length > SURELY_SHORT ? cutValue(value) : value);
  }

  /** A name and a number, and nothing else. */
  numberEntry({ bytes }: Key, value: number): void {
    this.writer.raw(bytes);
    this.writer.number(value);
  }

  /** Where the next tag will be written. */
  get position(): number {
    return this.writer.position;
  }

  /** Numbers that wait until `meta` is complete. */
  get waiting(): number {
    return this.metricCount;
  }

  /** Where a number of the last span stands, by the order in which they came; `index` may be their count. */
  metricAt(index: number): number {
    return this.metricStarts[index] as number;
  }

  /** JSON that was kept short by whoever made it, and is not cut. */
  whole(key: Key, value: string): void {
    if (!key.claim(this.span)) return;
    this.writer.raw(key.bytes);
    this.writer.string(value);
    this.metaCount++;
  }

  /** `meta.events`. */
  events(key: Key, events: readonly TimedEvent[]): void {
    if (!key.claim(this.span)) return;
    this.writer.raw(key.bytes);
    this.eventsJson.write(events);
    this.metaCount++;
  }

  /** A number; NaN and the infinities have no meaning to the Agent and are left out. */
  metric(key: Key, value: number): void {
    if (!Number.isFinite(value) || !key.claim(this.span)) return;
    this.metricAlso(key, value);
  }

  /** A number under a name that may also stand in `meta`. */
  metricAlso(key: Key, value: number): void {
    this.metricKeys[this.metricCount] = key;
    this.metricValues[this.metricCount] = value;
    this.metricCount++;
  }

  private nested(key: Key, value: object): void {
    if (this.naming === 'rfc' && Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        this.any(this.keys.get(`${key.name}.${index}`), value[index]);
      }
      return;
    }
    const json = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : toJson(value);
    if (json !== undefined) this.text(key, json);
  }
}
