import { writeId } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** So many texts are remembered at once: names of spans are few, and should be. */
const MAX_TEXTS = 256;

/** A field that many records in a row have with the same value: repeated from where it was written last. */
export class RepeatedField<Value> {
  private value: Value | undefined;
  private epoch = -1;
  private start = 0;
  private end = 0;

  /** @param put writes the field */
  constructor(
    private readonly writer: ProtobufWriter,
    private readonly put: (value: Value) => void,
  ) {}

  /** Nothing for an empty value, which is what absence means. */
  write(value: Value | undefined): void {
    const { writer } = this;
    if (!value) return;
    if (value === this.value && this.epoch === writer.epoch) {
      this.start = writer.again(this.start, this.end);
      this.end = writer.position;
      return;
    }
    this.start = writer.position;
    this.put(value);
    this.end = writer.position;
    this.value = value;
    this.epoch = writer.epoch;
  }
}

/** An id as a field of bytes. */
export function repeatedId(writer: ProtobufWriter, tag: number): RepeatedField<string> {
  return new RepeatedField(writer, (id) => writeId(writer, tag, id));
}

/** Where texts were written since the writer began anew. */
export class RepeatedTexts {
  private readonly places = new Map<string, [start: number, end: number]>();
  private epoch = -1;

  constructor(private readonly writer: ProtobufWriter) {}

  /** Repeats what was written for a text. False if nothing was. */
  repeat(text: string): boolean {
    const { writer, places } = this;
    if (this.epoch !== writer.epoch) {
      places.clear();
      this.epoch = writer.epoch;
      return false;
    }
    const place = places.get(text);
    if (!place) return false;
    place[0] = writer.again(place[0], place[1]);
    place[1] = writer.position;
    return true;
  }

  /** Remembers what was written for a text since `start`. */
  note(text: string, start: number): void {
    const { writer, places } = this;
    // A length that was moved has made positions void.
    if (this.epoch !== writer.epoch || places.size >= MAX_TEXTS) return;
    places.set(text, [start, writer.position]);
  }
}
