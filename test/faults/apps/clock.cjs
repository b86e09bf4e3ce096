// Preloaded: a wall clock that is off, and one that jumps while the process runs.
//   FAULT_CLOCK='{"start": ms, "jump": ms, "after": ms}': how far off it is, how far it jumps and when
const { start, jump, after } = JSON.parse(process.env.FAULT_CLOCK);
const RealDate = Date;
const off = () => (performance.now() < after ? start : start + jump);
globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + off());
    else super(...parts);
  }
  static now() {
    return RealDate.now() + off();
  }
};
