import type { Link } from '@opentelemetry/api';
import type { TimedEvent } from '@opentelemetry/sdk-trace';
import { toJson } from '../map/json.ts';
import { flatAttributes } from '../map/links.ts';
import type { MsgpackWriter } from './msgpack-writer.ts';

/** Value types of `span_events` attributes. Source: Datadog Agent, `AttributeAnyValue`. */
const TYPE = { string: 0, bool: 1, int: 2, double: 3, array: 4 } as const;

const FLAGS_PRESENT = 0x8000_0000;

/** `span_events`: events in the Agent's own form, for Agents whose `/info` says `span_events`. */
export function writeEvents(writer: MsgpackWriter, events: readonly TimedEvent[]): void {
  writer.patch32(writer.openArray(), events.length);
  for (const { time, name, attributes } of events) {
    const entries = Object.entries(attributes ?? {}).filter(([, value]) => isWritable(value));
    writer.byte(0x80 | (entries.length > 0 ? 3 : 2));
    writer.string('time_unix_nano');
    writer.nanoseconds(Math.max(time[0], 0), time[1]);
    writer.string('name');
    writer.string(name);
    if (entries.length === 0) continue;
    writer.string('attributes');
    writer.patch32(writer.openMap(), entries.length);
    for (const [key, value] of entries) {
      writer.string(key);
      writeValue(writer, value);
    }
  }
}

function isWritable(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'function') return false;
  return typeof value !== 'number' || Number.isFinite(value);
}

function writeValue(writer: MsgpackWriter, value: unknown): void {
  if (Array.isArray(value) && isHomogeneous(value)) {
    writeTyped(writer, TYPE.array, 'array_value');
    writer.byte(0x81);
    writer.string('values');
    writer.patch32(writer.openArray(), value.length);
    for (const item of value) writeScalar(writer, item, value);
    return;
  }
  writeScalar(writer, value, [value]);
}

/** The Agent takes arrays of one scalar type only; others are written as JSON text. */
function isHomogeneous(values: readonly unknown[]): boolean {
  const type = typeof values[0];
  if (type !== 'string' && type !== 'number' && type !== 'boolean') return values.length === 0;
  return values.every((value) => typeof value === type && isWritable(value));
}

function writeScalar(writer: MsgpackWriter, value: unknown, siblings: readonly unknown[]): void {
  if (typeof value === 'boolean') {
    writeTyped(writer, TYPE.bool, 'bool_value');
    writer.byte(value ? 0xc3 : 0xc2);
  } else if (typeof value === 'number') {
    const whole = siblings.every((sibling) => Number.isSafeInteger(sibling));
    writeTyped(writer, whole ? TYPE.int : TYPE.double, whole ? 'int_value' : 'double_value');
    if (whole) writer.integer(value);
    else writer.double(value);
  } else {
    writeTyped(writer, TYPE.string, 'string_value');
    writer.string(typeof value === 'string' ? value : (toJson(value) ?? ''));
  }
}

function writeTyped(writer: MsgpackWriter, type: number, field: string): void {
  writer.byte(0x82);
  writer.string('type');
  writer.byte(type);
  writer.string(field);
}

/** `span_links`: links in the Agent's own form. */
export function writeLinks(writer: MsgpackWriter, links: readonly Link[]): void {
  writer.patch32(writer.openArray(), links.length);
  for (const { context, attributes } of links) {
    const flat = flatAttributes(attributes);
    const tracestate = context.traceState?.serialize() ?? '';
    writer.byte(0x80 | (4 + (flat.length > 0 ? 1 : 0) + (tracestate ? 1 : 0)));
    writer.string('trace_id');
    writer.hexUint64(context.traceId, 16);
    writer.string('trace_id_high');
    writer.hexUint64(context.traceId, 0);
    writer.string('span_id');
    writer.hexUint64(context.spanId, 0);
    writer.string('flags');
    writer.number(FLAGS_PRESENT + context.traceFlags);
    if (tracestate) {
      writer.string('tracestate');
      writer.string(tracestate);
    }
    if (flat.length > 0) {
      writer.string('attributes');
      writer.patch32(writer.openMap(), flat.length);
      for (const [key, value] of flat) {
        writer.string(key);
        writer.string(value);
      }
    }
  }
}
