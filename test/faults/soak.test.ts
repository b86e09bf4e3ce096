/**
 * 5,000 spans a second against a backend that flaps: nothing is lost, the books are right and
 * memory stays flat. Half a minute here; `SOAK_SECONDS=3600 npm run test:faults -- soak` is an hour.
 */
import { join } from 'node:path';
import { readReport } from '../support/report.ts';
import { runApp } from '../support/run-app.ts';
import { FAILS, linesOf, SHUTDOWN, SLACK, WORKS } from './support/accounted.ts';
import { CountingBackend, type Mood } from './support/counting-backend.ts';
import { folder } from './support/folder.ts';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 30);
const RATE = 5_000;
/** Down for a third of the time, in every way in turn. */
const MOODS: readonly Mood[] = ['works', 'busy', 'works', 'broken', 'works', 'resets'];
const MB = 1024 * 1024;

interface Sample {
  readonly made: number;
  readonly rss?: number;
}

test(
  `${SECONDS} s at ${RATE} spans/s with a flapping backend`,
  async () => {
    await using backend = new CountingBackend(2 * RATE * SECONDS);
    await using notes = folder();
    const endpoint = await backend.listen();
    let turn = 0;
    const flapping = setInterval(
      () => {
        turn = (turn + 1) % MOODS.length;
        backend.mood = MOODS[turn] as Mood;
      },
      SECONDS > 120 ? 5_000 : 2_000,
    );
    const app = runApp({
      app: join(import.meta.dirname, 'apps/steady.cjs'),
      args: [notes.path],
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_BSP_EXPORT_TIMEOUT: '30000',
        SPANS_PER_SECOND: String(RATE),
        SECONDS: String(SECONDS),
      },
      timeout: (SECONDS + 90) * 1_000,
    });
    await app.waitForLine(/isOver/);
    clearInterval(flapping);
    backend.mood = 'works';
    const { code, stdout, stderr, afterOutput } = await app.exit;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample);
    const { made } = lines.at(-1) as Sample;
    expect(code).toBe(0);
    expect(made).toBeGreaterThan(RATE * SECONDS * 0.5);
    const report = readReport(notes.path);
    expect(report?.errors).toEqual([]);
    expect(report?.stats).toMatchObject([
      { accepted: made, delivered: made, rejected: 0, spooled: 0, inMemory: 0 },
    ]);
    expect(backend.arrived).toBe(made);
    // A repetition needs an answer that got lost; nobody repeats what was refused.
    expect(backend.repeated).toBeLessThan(made / 10);
    expect(afterOutput).toBeLessThan(SHUTDOWN + SLACK);
    // Both lines of an outage, for each reason once a minute at most.
    const said = linesOf(stderr);
    const reasons = new Set(MOODS).size - 1;
    expect(said.length).toBeLessThanOrEqual(2 * reasons * Math.ceil((SECONDS + 60) / 60));
    expect(said.length % 2).toBe(0);
    for (const [index, line] of said.entries()) expect(line).toMatch(index % 2 === 0 ? FAILS : WORKS);
    const memory = lines.flatMap(({ rss }) => (rss ? [rss] : []));
    const third = Math.floor(memory.length / 3);
    const [middle, last] = [median(memory.slice(third, 2 * third)), median(memory.slice(2 * third))];
    expect(last).toBeLessThan(middle * 1.15 + 16 * MB);
    expect(Math.max(...memory)).toBeLessThan(400 * MB);
  },
  (SECONDS + 120) * 1_000,
);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
