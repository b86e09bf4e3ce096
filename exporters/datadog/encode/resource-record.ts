import type { Resource } from '@opentelemetry/resources';
import { envTag, serviceText, versionTag } from '../map/identity.ts';
import { toJson } from '../map/json.ts';
import { cutWithMark, LIMITS, normaliseService } from '../map/normalise.ts';
import { SLOT_COUNT, Slots } from '../map/slots.ts';
import type { Key, KeyTable } from './keys.ts';
import { MsgpackWriter, msgpackString } from './msgpack-writer.ts';
import type { TagWriter } from './tag-writer.ts';

/** A tag of a resource: its key, and key and value as MessagePack. */
interface Entry {
  readonly key: Key;
  readonly bytes: Buffer;
}

/** What a resource adds to each of its spans, prepared once. */
export interface ResourceRecord {
  /** Values for the naming rules, by slot. */
  readonly slots: readonly unknown[];
  /** What the slots are about. */
  readonly groups: number;
  /** The service of spans that name none themselves, as MessagePack. */
  readonly service: Buffer;
  readonly entries: readonly Entry[];
  /** All entries in one. */
  readonly block: Buffer;
}

/** Prepares a resource. Its attributes are always text in `meta`. */
export function resourceRecord(resource: Resource, keys: KeyTable): ResourceRecord {
  let groups = 0;
  const values = new Array<unknown>(SLOT_COUNT).fill(undefined);
  const entries = new Map<Key, Entry>();
  for (const [name, value] of Object.entries(resource.attributes)) {
    const text = textOf(value);
    if (text === undefined) continue;
    const key = keys.pinned(name);
    if (key.slot >= 0) {
      groups |= key.groups;
      values[key.slot] = value;
    }
    for (const written of [key.target, key.copied ? key : undefined]) {
      if (written && !entries.has(written)) entries.set(written, entry(written, text));
    }
  }
  const slots = new Slots();
  slots.begin(values, groups);
  for (const [name, text] of [
    ['env', envTag(slots)],
    ['version', versionTag(slots)],
  ] as const) {
    const key = keys.pinned(name);
    if (text) entries.set(key, entry(key, text));
  }
  const list = [...entries.values()];
  const service = msgpackString(normaliseService(serviceText(slots)));
  return {
    slots: values,
    groups,
    service,
    entries: list,
    block: Buffer.concat(list.map(({ bytes }) => bytes)),
  };
}

/** Adds the resource's tags to a span, without those it has itself. */
export function writeResource(record: ResourceRecord, tags: TagWriter): void {
  const { entries } = record;
  for (const { key } of entries) {
    if (key.isClaimed(tags.span)) {
      writeSingly(entries, tags);
      return;
    }
  }
  tags.block(record.block, entries.length);
}

function writeSingly(entries: readonly Entry[], tags: TagWriter): void {
  for (const { key, bytes } of entries) if (key.claim(tags.span)) tags.block(bytes, 1);
}

function entry(key: Key, text: string): Entry {
  const writer = new MsgpackWriter(256);
  writer.raw(key.bytes);
  writer.string(cutWithMark(text, LIMITS.metaValue));
  return { key, bytes: Buffer.from(writer.view(0, writer.position)) };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? toJson(value) : String(value);
}
