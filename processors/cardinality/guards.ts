import type { CardinalityOptions } from './options.ts';
import { SeriesGuard } from './series-guard.ts';

/** Told of every measurement beyond a limit. */
export type OnInstrumentOverflow = (instrument: string, key: string) => void;

/** The guards of all instruments of a process; one instrument created twice has one guard. */
export class Guards {
  private readonly guards = new Map<string, SeriesGuard>();
  private isShort = false;

  constructor(
    private readonly options: CardinalityOptions,
    private readonly onOverflow: OnInstrumentOverflow = () => {},
  ) {}

  /** Names of instruments are compared without regard to case (OpenTelemetry specification). */
  of(scope: string, instrument: string): SeriesGuard {
    const id = `${scope}\n${instrument.toLowerCase()}`;
    let guard = this.guards.get(id);
    if (!guard) {
      const limit = this.options.instrumentLimits[instrument] ?? this.options.limit;
      const onOverflow = (key: string): void => this.onOverflow(instrument, key);
      guard = new SeriesGuard(this.options, limit, onOverflow, this.isShort);
      this.guards.set(id, guard);
    }
    return guard;
  }

  /**
   * From now on new guards hand a number to the SDK in the place of attributes. To be called only if
   * `restoreAttributes` sees all that is collected, before anybody else does.
   */
  shorten(): void {
    this.isShort = true;
  }

  /** See {@link SeriesGuard.endCycle}. */
  endCycle(): void {
    for (const guard of this.guards.values()) guard.endCycle();
  }
}
