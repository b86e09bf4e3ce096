/** A wall clock that is wrong or jumps, while the backend fails and works again. */
import { join } from 'node:path';
import { expectAccounted } from './support/accounted.ts';
import { first, inSeconds, retryAfter, status } from './support/answers.ts';
import { Backend, WIRES } from './support/backend.ts';
import { APPS, suffer } from './support/sufferer.ts';

const HOUR = 3_600_000;
const CLOCKS: readonly [what: string, clock: { start: number; jump: number; after: number }][] = [
  ['is an hour behind', { start: -HOUR, jump: 0, after: 0 }],
  ['is an hour ahead', { start: HOUR, jump: 0, after: 0 }],
  ['jumps back an hour', { start: 0, jump: -HOUR, after: 600 }],
  ['jumps an hour ahead', { start: 0, jump: HOUR, after: 600 }],
  ['is in 1970', { start: -Date.now() + 1_000, jump: 0, after: 0 }],
  ['jumps from 1970 to now', { start: -Date.now(), jump: Date.now(), after: 600 }],
];
/** A wait of an hour would be noticed. */
const ORDERS = { spans: 120, chunk: 4, every: 20, patience: 30_000 };

function withClock(env: Record<string, string>, clock: object, orders: object = ORDERS) {
  return suffer({ ...env, FAULT_CLOCK: JSON.stringify(clock) }, orders, {
    nodeArgs: ['--require', join(APPS, 'clock.cjs')],
  });
}

const RUNS = CLOCKS.flatMap(([what, clock]) => WIRES.map((wire) => [wire, what, clock] as const));

test.concurrent.each(RUNS)(
  '%s, the clock %s: nothing is lost and nothing waits for it',
  async (wire, _what, clock) => {
    await using backend = await Backend.start(wire, {
      http: first(5, status(503)),
      grpc: [{ code: 14, times: 5 }],
    });
    await using sufferer = withClock(backend.env(), clock);
    expectAccounted(await sufferer.outcome, backend.ids(), { outages: 2 });
  },
);

const DATED = CLOCKS.flatMap(([what, clock]) =>
  (['http/protobuf', 'datadog'] as const).map((wire) => [wire, what, clock] as const),
);

test.concurrent.each(DATED)(
  '%s, the clock %s: Retry-After with a date counts by the clock of the server',
  async (wire, _what, clock) => {
    await using backend = await Backend.start(wire, {
      http: first(1, (...answer) => retryAfter(429, inSeconds(2))(...answer)),
    });
    await using sufferer = withClock(backend.env(), clock, { spans: 20, chunk: 20, patience: 30_000 });
    expectAccounted(await sufferer.outcome, backend.ids(), { outages: 1 });
    const [before = 0, after = 0] = backend.arrivals;
    expect(after - before).toBeGreaterThanOrEqual(900);
  },
);
