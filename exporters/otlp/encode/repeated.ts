import type { TraceState } from '@opentelemetry/api';
import { writeId, writeText } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** So many texts are remembered at once: names of spans are few, and should be. */
const MAX_TEXTS = 256;

/** An id as a field that many records in a row have: repeated from where it was written last. */
export class RepeatedId {
  private id = '';
  private epoch = -1;
  private start = 0;
  private end = 0;

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly tag: number,
  ) {}

  write(id: string | undefined): void {
    const { writer } = this;
    if (!id) return;
    if (id === this.id && this.epoch === writer.epoch) {
      this.start = writer.again(this.start, this.end);
      this.end = writer.position;
      return;
    }
    this.start = writer.position;
    writeId(writer, this.tag, id);
    this.end = writer.position;
    this.id = id;
    this.epoch = writer.epoch;
  }
}

/** The same for trace states, which all spans of a trace share. */
export class RepeatedTraceState {
  private state: TraceState | undefined;
  private epoch = -1;
  private start = 0;
  private end = 0;

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly tag: number,
  ) {}

  write(state: TraceState | undefined): void {
    if (state === undefined) return;
    const { writer } = this;
    if (state === this.state && this.epoch === writer.epoch) {
      this.start = writer.again(this.start, this.end);
      this.end = writer.position;
      return;
    }
    this.start = writer.position;
    writeText(writer, this.tag, state.serialize());
    this.end = writer.position;
    this.state = state;
    this.epoch = writer.epoch;
  }
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
