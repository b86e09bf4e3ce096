import type { CardinalityOptions } from './options.ts';
import { SeriesGuard } from './series-guard.ts';

/** Told of every measurement beyond a limit. */
export type OnInstrumentOverflow = (instrument: string, key: string) => void;

/** The guards of all instruments of a process; one instrument created twice has one guard. */
export class Guards {
  private readonly guards = new Map<string, SeriesGuard>();

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
      guard = new SeriesGuard(this.options, limit, (key) => this.onOverflow(instrument, key));
      this.guards.set(id, guard);
    }
    return guard;
  }

  /** See {@link SeriesGuard.endCycle}. */
  endCycle(): void {
    for (const guard of this.guards.values()) guard.endCycle();
  }
}
