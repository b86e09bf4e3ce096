/** Both clocks of the process, stopped; they go on when told to. */
export class StoppedClock {
  private milliseconds = 0;
  private readonly spies: jest.SpyInstance[];

  constructor(
    private epoch: number,
    private monotonic: number,
  ) {
    this.spies = [
      jest.spyOn(Date, 'now').mockImplementation(() => Math.floor(this.epoch + this.milliseconds)),
      jest.spyOn(performance, 'now').mockImplementation(() => this.monotonic + this.milliseconds),
    ];
  }

  /** @param milliseconds with fractions; negative where clocks go wrong */
  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  /** The wall clock alone, as when it is set. */
  set(milliseconds: number): void {
    this.epoch += milliseconds;
  }

  restore(): void {
    for (const spy of this.spies) spy.mockRestore();
  }
}
