import type { TimedEvent } from '@opentelemetry/sdk-trace';
import { toJson } from '../map/json.ts';
import { LIMITS, memoised } from '../map/normalise.ts';
import { writeDecimal, writeJsonString } from './json-text.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';

const ATTRIBUTES = Buffer.from(',"attributes":{');
const DROPPED = Buffer.from(',"dropped_attributes_count":');
const COMMA = 0x2c;
const CLOSE = 0x7d;

/** Writes events as the JSON that the Agent keeps in `meta.events`. */
export class EventsJson {
  /** Names of events and attributes repeat: each is turned into JSON once. */
  private readonly nameField = memoised((name) => Buffer.from(`,"name":${JSON.stringify(name)}`));
  private readonly attributeKey = memoised((name) => Buffer.from(`${JSON.stringify(name)}:`));
  /** Events of one batch are often of the same second. */
  private seconds = Number.NaN;
  private timeField = Buffer.alloc(0);

  constructor(private readonly writer: MsgpackWriter) {}

  /**
   * Writes a string. An event that would make it longer than 25 000 bytes is written without its
   * attributes, and left out if that is not enough: so the text stays JSON.
   */
  write(events: readonly TimedEvent[]): void {
    const { writer } = this;
    const header = writer.openString();
    const limit = writer.position + LIMITS.metaValue - 1;
    writer.byte(0x5b);
    let first = true;
    for (const event of events) {
      const start = writer.position;
      if (!first) writer.byte(COMMA);
      this.writeEvent(event, true);
      if (writer.position > limit) {
        writer.rewind(first ? start : start + 1);
        this.writeEvent(event, false);
      }
      if (writer.position > limit) writer.rewind(start);
      else first = false;
    }
    writer.byte(0x5d);
    writer.closeString(header);
  }

  private writeEvent(event: TimedEvent, whole: boolean): void {
    const { writer } = this;
    this.writeTime(event.time[0], Math.max(Math.trunc(event.time[1]), 0));
    writer.raw(this.nameField(event.name));
    if (whole && event.attributes) this.writeAttributes(event.attributes);
    if (event.droppedAttributesCount) {
      writer.raw(DROPPED);
      writeDecimal(writer, event.droppedAttributesCount, 1);
    }
    writer.byte(CLOSE);
  }

  private writeTime(seconds: number, nanos: number): void {
    if (seconds !== this.seconds) {
      this.seconds = seconds;
      this.timeField = Buffer.from(`{"time_unix_nano":${seconds > 0 ? seconds : ''}`);
    }
    this.writer.raw(this.timeField);
    writeDecimal(this.writer, nanos, seconds > 0 ? 9 : 1);
  }

  private writeAttributes(attributes: Readonly<Record<string, unknown>>): void {
    const { writer } = this;
    let first = true;
    for (const name in attributes) {
      const value = attributes[name];
      const json = typeof value === 'string' ? undefined : scalarJson(value);
      if (typeof value !== 'string' && json === undefined) continue;
      if (first) writer.raw(ATTRIBUTES);
      else writer.byte(COMMA);
      first = false;
      writer.raw(this.attributeKey(name));
      if (json === undefined) writeJsonString(writer, value as string);
      else writer.text(json);
    }
    if (!first) writer.byte(CLOSE);
  }
}

function scalarJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return toJson(value);
}
