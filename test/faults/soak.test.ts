/**
 * 5,000 spans a second against a backend that flaps: nothing is lost, the books are right and
 * memory stays flat. Half a minute here; `SOAK_SECONDS=3600 npm run test:faults -- soak` is an hour.
 */
import { join } from 'node:path';
import { runApp } from '../support/run-app.ts';
import { CountingBackend, type Mood } from './support/counting-backend.ts';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 30);
const RATE = 5_000;
/** Down for a third of the time, in every way in turn. */
const MOODS: readonly Mood[] = ['works', 'busy', 'works', 'broken', 'works', 'resets'];
const MB = 1024 * 1024;

interface Sample {
  readonly made: number;
  readonly rss?: number;
  readonly stats?: Record<string, unknown>;
}

test(
  `${SECONDS} s at ${RATE} spans/s with a flapping backend`,
  async () => {
    await using backend = new CountingBackend(2 * RATE * SECONDS);
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
    const { code, stdout } = await app.exit;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample);
    const { made, stats } = lines.at(-1) as Sample;
    expect(code).toBe(0);
    expect(made).toBeGreaterThan(RATE * SECONDS * 0.5);
    expect(stats).toMatchObject({ accepted: made, delivered: made, rejected: 0, dropped: {}, inMemory: 0 });
    expect(backend.arrived).toBe(made);
    // A repetition needs an answer that got lost; nobody repeats what was refused.
    expect(backend.repeated).toBeLessThan(made / 10);
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
