/**
 * Texts made to hang a matcher: milliseconds of CPU for 64 KB and 1 MB of each, with all detectors on and
 * as they are by default, and how much longer a character takes in the long one than in the short one.
 *
 *   npm run bench -- [quick] redaction-pathological
 */
import { createRedactor } from '../processors/redaction/index.ts';
import { fill, HOSTILE } from '../test/processors/redaction/corpus/hostile.ts';

/** So much CPU each measurement takes at least: the clock of the CPU ticks in steps of some milliseconds. */
const ENOUGH_MS = process.env.BENCH_QUICK ? 40 : 120;
const SMALL = 65_536;
const LARGE = 1_048_576;

const lengths = { valueLength: 2 * LARGE, contentLength: 2 * LARGE };
const byDefault = createRedactor(lengths);
const all = createRedactor({ ...lengths, kinds: { phone: true, ip: true, mac: true, national_id: true } });

/** CPU time, since time on the wall counts what other processes take; the mean of as many runs as it takes. */
function measure(redactor: typeof all, text: string): number {
  const start = process.threadCpuUsage();
  for (let runs = 1; ; runs++) {
    redactor.redactText(text);
    const { user, system } = process.threadCpuUsage(start);
    const spent = (user + system) / 1_000;
    if (spent >= ENOUGH_MS) return spent / runs;
  }
}

// The code is compiled before anything is measured.
for (const piece of Object.values(HOSTILE))
  for (const one of [byDefault, all]) one.redactText(fill(piece, 8_192));

console.log('| text | 64 KB | 1 MB | per character | 64 KB, all detectors | 1 MB, all detectors |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
let worst = 0;
for (const [name, piece] of Object.entries(HOSTILE)) {
  const [small, large] = [fill(piece, SMALL), fill(piece, LARGE)];
  const [a, b, c, d] = [
    measure(byDefault, small),
    measure(byDefault, large),
    measure(all, small),
    measure(all, large),
  ];
  worst = Math.max(worst, a, c);
  const times = [
    `${a.toFixed(2)} ms`,
    `${b.toFixed(1)} ms`,
    `× ${(b / 16 / a).toFixed(2)}`,
    `${c.toFixed(2)} ms`,
    `${d.toFixed(1)} ms`,
  ];
  console.log(`| ${name} | ${times.join(' | ')} |`);
}
console.log(`\nThe slowest text of 64 KB took ${worst.toFixed(1)} ms.`);
