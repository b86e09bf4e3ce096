import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Packed } from './destination.ts';

/*
 * Estimates of how many bytes an item takes, for limits on memory and on requests. They run for
 * every item, so they are cheap and rough: one byte per character, and a fixed sum for the rest. Of what is packed
 * the bytes are known.
 */

const SPAN = 200;
const EVENT = 40;
const LOG = 120;
const POINT = 60;
const NUMBER = 12;
const DEPTH = 5;

export function sizeOfSpan(span: ReadableSpan & Partial<Packed>): number {
  if (span.packedBytes !== undefined) return span.packedBytes;
  let size = SPAN + span.name.length + sizeOfMap(span.attributes, DEPTH);
  for (const event of span.events) size += EVENT + event.name.length + sizeOfMap(event.attributes, DEPTH);
  for (const link of span.links) size += EVENT + sizeOfMap(link.attributes, DEPTH);
  if (span.status.message !== undefined) size += span.status.message.length;
  return size;
}

export function sizeOfLog(record: ReadableLogRecord & Partial<Packed>): number {
  if (record.packedBytes !== undefined) return record.packedBytes;
  return LOG + sizeOfValue(record.body, DEPTH) + sizeOfMap(record.attributes, DEPTH);
}

export function sizeOfMetrics({ scopeMetrics }: ResourceMetrics): number {
  let size = 0;
  for (const { metrics } of scopeMetrics) {
    for (const { descriptor, dataPoints } of metrics) {
      size += descriptor.name.length + descriptor.description.length;
      for (const { attributes, value } of dataPoints) {
        size += POINT + sizeOfMap(attributes, DEPTH) + sizeOfValue(value, DEPTH);
      }
    }
  }
  return size;
}

function sizeOfMap(map: object | undefined, depth: number): number {
  let size = 0;
  for (const key in map) {
    const value: unknown = map[key as never];
    size += key.length + 4 + (typeof value === 'string' ? value.length : sizeOfValue(value, depth));
  }
  return size;
}

function sizeOfValue(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth === 0) return NUMBER;
  if (value instanceof Uint8Array) return value.length;
  return sizeOfMap(value, depth - 1);
}
