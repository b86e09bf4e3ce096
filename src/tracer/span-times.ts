import { diag, type HrTime, type TimeInput } from '@opentelemetry/api';
import { addHrTimes, hrTime, hrTimeDuration, isTimeInputHrTime, millisToHrTime } from '@opentelemetry/core';

const NANOSECONDS = 1_000_000_000;

/**
 * Start, end and duration of a span as the SDK keeps them: the start in milliseconds by the wall
 * clock, what follows by the monotonic clock from there, unless the application gives times of its
 * own. Nearly all spans need no more than four whole numbers for it until somebody asks; pairs of
 * seconds and nanoseconds are made then. A base class, so that a span is one object.
 */
export class SpanTimes {
  /** The start as whole numbers, valid as long as it is not in `start`. */
  private readonly startSeconds: number;
  private readonly startNanos: number;
  private start: HrTime | undefined = undefined;
  /** The duration as whole numbers; -1 until the end, and if it is in `lasted`. */
  private seconds = -1;
  private nanos = -1;
  private finish: HrTime | undefined = undefined;
  private lasted: HrTime | undefined = undefined;
  private readonly monotonicStart: number;
  private readonly isStartGiven: boolean;
  /** Milliseconds from the monotonic clock to the wall clock; undefined if it follows from the start. */
  private readonly clockOffset: number | undefined;

  constructor(startTime: TimeInput | undefined) {
    const now = Date.now();
    const monotonic = performance.now();
    const seconds = Math.trunc(now / 1000);
    const nanos = (now - seconds * 1000) * 1_000_000;
    this.startSeconds = seconds;
    this.startNanos = nanos | 0;
    this.monotonicStart = monotonic;
    this.isStartGiven = startTime !== undefined && startTime !== null;
    // Whole milliseconds beyond the monotonic clock: everything but the clocks of tests.
    if (!this.isStartGiven && now > monotonic && nanos === this.startNanos) this.clockOffset = undefined;
    else {
      this.clockOffset = now - (monotonic + performance.timeOrigin);
      this.start = this.timeOf(startTime ?? now);
    }
  }

  get startTime(): HrTime {
    this.start ??= [this.startSeconds, this.startNanos];
    return this.start;
  }

  /** The SDK's is a plain field, which some processors correct. */
  set startTime(time: HrTime) {
    this.start = time;
  }

  /** Zeros until the end. */
  get endTime(): HrTime {
    if (this.finish === undefined) {
      if (this.seconds < 0) return [0, 0];
      // From the start as it was then, whatever has become of it.
      const { startSeconds, startNanos, seconds, nanos } = this;
      this.finish = addHrTimes([startSeconds, startNanos], [seconds, nanos]);
    }
    return this.finish;
  }

  set endTime(time: HrTime) {
    this.finish = time;
  }

  /** -1 seconds and nanoseconds until the end. */
  get duration(): HrTime {
    if (this.lasted === undefined) {
      if (this.seconds < 0) return [-1, -1];
      this.lasted = [this.seconds, this.nanos];
    }
    return this.lasted;
  }

  /** Notes the end. A span cannot end before it began: then it has no duration. */
  protected setEnd(endTime: TimeInput | undefined): void {
    const isNow = endTime === undefined || endTime === null;
    if (isNow && this.start === undefined && this.endNow()) return;
    const { startTime } = this;
    this.finish = this.timeOf(endTime);
    this.lasted = hrTimeDuration(startTime, this.finish);
    // Not the other way round: times that are no numbers stay as they are.
    if (!(this.lasted[0] < 0)) return;
    const message = 'Inconsistent start and end time, startTime > endTime. Setting span duration to 0ms.';
    diag.warn(message, startTime, this.finish);
    this.finish = [...startTime];
    this.lasted = [0, 0];
  }

  /** The usual end: one look at the clock. @returns false if the clock went backwards */
  private endNow(): boolean {
    const milliseconds = performance.now() - this.monotonicStart;
    if (!(milliseconds >= 0)) return false;
    let seconds = Math.trunc(milliseconds / 1000);
    let nanos = Math.round((seconds === 0 ? milliseconds : milliseconds % 1000) * 1_000_000);
    if (nanos >= NANOSECONDS) {
      nanos -= NANOSECONDS;
      seconds++;
    }
    this.seconds = seconds;
    this.nanos = nanos;
    this.finish = undefined;
    this.lasted = undefined;
    return true;
  }

  /**
   * Any way to say a time, as the SDK reads it: numbers up to the monotonic clock are of that clock,
   * others milliseconds since 1970; nothing means now, by the monotonic clock if the span began by it.
   */
  protected timeOf(input: unknown): HrTime {
    if (typeof input === 'number') {
      return input <= performance.now() ? hrTime(input + this.offset()) : millisToHrTime(input);
    }
    if (input instanceof Date) return millisToHrTime(input.getTime());
    if (isTimeInputHrTime(input)) return input;
    if (this.isStartGiven) return millisToHrTime(Date.now());
    return addHrTimes(this.startTime, millisToHrTime(performance.now() - this.monotonicStart));
  }

  private offset(): number {
    if (this.clockOffset !== undefined) return this.clockOffset;
    const now = this.startSeconds * 1000 + this.startNanos / 1_000_000;
    return now - (this.monotonicStart + performance.timeOrigin);
  }
}
