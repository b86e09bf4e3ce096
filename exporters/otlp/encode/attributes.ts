import { ANY, KEY, VALUE, writeKeyValue, writeNumber } from './any-value.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** More distinct names than this are not remembered, so that invented names cannot fill the memory. */
const MAX_KEYS = 4_096;

/** So many names of a record are expected in the next one. */
const MAX_EXPECTED = 64;

/** The longest `KeyValue` whose length is one byte. */
const SHORT = 127;

/** Room for a number behind a prefix: its tag and 10 bytes. */
const NUMBER = 11;

/** Longer texts are not compared with the one before: they seldom repeat. */
const REPEAT_TO = 1_024;

/** One attribute name: found once, written from prepared bytes for every record. */
export class AttributeKey {
  /** Tag, a length to be filled in, the name, the tag of the value and its length to be filled in. */
  readonly prefix: Buffer;
  /** The last text or number under this name and where it was written, to repeat it from there. */
  text = '';
  number = 0;
  textEpoch = -1;
  numberEpoch = -1;
  start = 0;
  end = 0;

  constructor(
    readonly name: string,
    tag: number,
  ) {
    const writer = new ProtobufWriter(name.length * 3 + 10);
    writer.byte(tag);
    writer.byte(0);
    writer.byte(KEY);
    writer.string(name);
    writer.byte(VALUE);
    writer.byte(0);
    this.prefix = Buffer.from(writer.view(0, writer.position));
  }
}

/** Writes attributes as repeated `KeyValue`s of one field, most often from what was written before. */
export class AttributeWriter {
  private readonly keys = new Map<string, AttributeKey>();
  private readonly expected: AttributeKey[] = [];

  constructor(
    private readonly writer: ProtobufWriter,
    /** Number and wire type of the field. */
    private readonly tag: number,
  ) {}

  /** @param expected the names of a record like this one, in their order: they are found sooner */
  write(attributes: object, expected: AttributeKey[] = this.expected): void {
    let index = 0;
    for (const name in attributes) {
      // biome-ignore lint/suspicious/noPrototypeBuiltins: Object.hasOwn makes this loop twice as slow.
      if (!Object.prototype.hasOwnProperty.call(attributes, name)) continue;
      const value: unknown = attributes[name as never];
      let key = expected[index];
      if (key === undefined || key.name !== name) {
        key = this.keys.get(name) ?? this.add(name);
        if (index < MAX_EXPECTED) expected[index] = key;
      }
      index++;
      this.attribute(key, value);
    }
  }

  private attribute(key: AttributeKey, value: unknown): void {
    if (typeof value === 'string') this.text(key, value);
    else if (typeof value === 'number') this.number(key, value);
    else if (typeof value === 'boolean') this.bool(key, value);
    else writeKeyValue(this.writer, this.tag, key.name, value);
  }

  private text(key: AttributeKey, value: string): void {
    const { writer } = this;
    if (key.textEpoch === writer.epoch && key.text === value) {
      key.start = writer.again(key.start, key.end);
      key.end = writer.position;
      return;
    }
    const start = writer.position;
    const { length } = value;
    if (key.prefix.length + length > SHORT || !this.shortText(key, value)) {
      writer.rewind(start);
      writeKeyValue(writer, this.tag, key.name, value);
    }
    if (length > REPEAT_TO) return;
    key.text = value;
    key.textEpoch = writer.epoch;
    key.numberEpoch = -1;
    key.start = start;
    key.end = writer.position;
  }

  /** False if it was longer than one byte can say. */
  private shortText({ prefix }: AttributeKey, value: string): boolean {
    const { writer } = this;
    writer.raw(prefix);
    const start = writer.position;
    writer.byte(ANY.string);
    writer.string(value);
    return this.patchLengths(prefix, start);
  }

  private number(key: AttributeKey, value: number): void {
    const { writer } = this;
    if (key.numberEpoch === writer.epoch && key.number === value) {
      key.start = writer.again(key.start, key.end);
      key.end = writer.position;
      return;
    }
    const { prefix } = key;
    const at = writer.position;
    if (prefix.length + NUMBER > SHORT) {
      writeKeyValue(writer, this.tag, key.name, value);
    } else {
      writer.raw(prefix);
      const start = writer.position;
      writeNumber(writer, value);
      this.patchLengths(prefix, start);
    }
    key.number = value;
    key.numberEpoch = writer.epoch;
    key.textEpoch = -1;
    key.start = at;
    key.end = writer.position;
  }

  private bool(key: AttributeKey, value: boolean): void {
    const { writer } = this;
    const { prefix } = key;
    if (prefix.length + NUMBER > SHORT) {
      writeKeyValue(writer, this.tag, key.name, value);
      return;
    }
    writer.raw(prefix);
    const start = writer.position;
    writer.byte(ANY.bool);
    writer.byte(value ? 1 : 0);
    this.patchLengths(prefix, start);
  }

  /** Fills in the two lengths of a prefix in front of the value that starts there. */
  private patchLengths(prefix: Buffer, start: number): boolean {
    const { writer } = this;
    const length = writer.position - start;
    const whole = length + prefix.length - 2;
    if (whole > SHORT) return false;
    writer.patch(start - 1, length);
    writer.patch(start - prefix.length + 1, whole);
    return true;
  }

  private add(name: string): AttributeKey {
    const key = new AttributeKey(name, this.tag);
    if (this.keys.size < MAX_KEYS) this.keys.set(name, key);
    return key;
  }
}
