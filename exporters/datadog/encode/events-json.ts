import type { TimedEvent } from '@opentelemetry/sdk-trace';
import { toJson } from '../map/json.ts';
import { LIMITS } from '../map/normalise.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';

const TIME = Buffer.from('{"time_unix_nano":');
const NAME = Buffer.from(',"name":');
const ATTRIBUTES = Buffer.from(',"attributes":{');
const DROPPED = Buffer.from(',"dropped_attributes_count":');
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE = 0x7d;

/**
 * Events as the JSON that the Agent keeps in `meta.events`. An event that would make it longer than
 * 25 000 bytes is written without its attributes, and left out if that is not enough: so the text
 * stays JSON.
 */
export function writeEventsJson(writer: MsgpackWriter, events: readonly TimedEvent[]): void {
  const header = writer.openString();
  const limit = writer.position + LIMITS.metaValue - 1;
  writer.byte(0x5b);
  let first = true;
  for (const event of events) {
    const start = writer.position;
    if (!first) writer.byte(COMMA);
    writeEvent(writer, event, true);
    if (writer.position > limit) {
      writer.position = first ? start : start + 1;
      writeEvent(writer, event, false);
    }
    if (writer.position > limit) writer.position = start;
    else first = false;
  }
  writer.byte(0x5d);
  writer.closeString(header);
}

function writeEvent(writer: MsgpackWriter, event: TimedEvent, whole: boolean): void {
  const [seconds, nanos] = event.time;
  writer.raw(TIME);
  if (seconds > 0) writer.decimal(seconds, 1);
  writer.decimal(Math.max(Math.trunc(nanos), 0), seconds > 0 ? 9 : 1);
  writer.raw(NAME);
  writer.json(event.name);
  if (whole && event.attributes) writeAttributes(writer, event.attributes);
  if (event.droppedAttributesCount) {
    writer.raw(DROPPED);
    writer.decimal(event.droppedAttributesCount, 1);
  }
  writer.byte(CLOSE);
}

function writeAttributes(writer: MsgpackWriter, attributes: Readonly<Record<string, unknown>>): void {
  let first = true;
  for (const name in attributes) {
    const value = attributes[name];
    const json = typeof value === 'string' ? undefined : scalarJson(value);
    if (typeof value !== 'string' && json === undefined) continue;
    if (first) writer.raw(ATTRIBUTES);
    else writer.byte(COMMA);
    first = false;
    writer.json(name);
    writer.byte(COLON);
    if (json === undefined) writer.json(value as string);
    else writer.text(json);
  }
  if (!first) writer.byte(CLOSE);
}

function scalarJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return toJson(value);
}
