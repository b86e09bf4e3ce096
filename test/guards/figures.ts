/** What may change without a reason: less than what we want to see, more than what chance does. */
const WORSE = 1.1;
const BETTER = 0.8;

/**
 * Compares figures with those that were written down. What got worse fails, and so does what got much
 * better: it is to be written down, or the next loss would not be seen.
 */
export function expectFigures<Name extends string>(
  measured: Readonly<Record<Name, number>>,
  known: Readonly<Record<Name, number>>,
): void {
  const changed = (Object.keys(known) as Name[]).filter((name) => {
    const ratio = measured[name] / known[name];
    // Not a number is a change as well.
    return !(ratio >= BETTER && ratio <= WORSE);
  });
  const all = <Value>(value: (name: Name) => Value) =>
    Object.fromEntries(changed.map((name) => [name, value(name)]));
  expect(all((name) => round(measured[name]))).toEqual(all((name) => `about ${known[name]}`));
}

const round = (value: number): number => Math.round(value * 100) / 100;
