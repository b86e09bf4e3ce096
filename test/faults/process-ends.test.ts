/** Every way in which a process can end, with the backend up and down. */
import { expectAccounted, FAILS, HEAP_FULL, LOST, linesOf } from './support/accounted.ts';
import { always, hang } from './support/answers.ts';
import { Backend, type BackendOptions, WIRES, type Wire } from './support/backend.ts';
import { type Outcome, type Sufferer, suffer } from './support/sufferer.ts';

interface End {
  readonly end: string;
  readonly code?: number | null;
  /** The signal it is sent, and by which it ends. */
  readonly signals?: readonly NodeJS.Signals[];
  /** What it says about itself. */
  readonly errors?: readonly string[];
}

const ENDS: readonly End[] = [
  { end: 'natural' },
  { end: 'exit code', code: 3 },
  { end: 'exit', code: 4 },
  { end: 'throw', code: 1, errors: ['uncaughtException: thrown by the application'] },
  { end: 'reject', code: 1, errors: ['unhandledRejection: rejected by the application'] },
  { end: 'stack overflow', code: 1, errors: ['uncaughtException: Maximum call stack size exceeded'] },
  { end: 'blocked' },
  { end: 'blocked and exit', code: 4 },
  { end: 'wait', signals: ['SIGTERM'] },
  { end: 'wait', signals: ['SIGINT'] },
  { end: 'wait', signals: ['SIGHUP'] },
];

/** Ten spans just before the end, all of them still in memory. */
const TEN = { spans: 10, patience: 0 };
const AT_THE_END = { OTEL_BSP_SCHEDULE_DELAY: '60000' };
/** Where the end may wait, so that a busy machine gets there. */
const PATIENT = {
  ...AT_THE_END,
  SIGNALBOX_SHUTDOWN_TIMEOUT: '30000',
  OTEL_EXPORTER_OTLP_TIMEOUT: '30000',
  SIGNALBOX_DATADOG_TIMEOUT: '30000',
};
/** Ends in the `exit` event, which waits no longer than this whatever the settings are. */
const ABRUPT = new Set(['exit', 'throw', 'reject', 'stack overflow', 'blocked and exit']);
const EXIT_WAIT = 1_000;

async function ending({ app, outcome }: Sufferer, signals: readonly NodeJS.Signals[] = []): Promise<Outcome> {
  await app.waitForLine(/^ending/);
  for (const signal of signals) app.kill(signal);
  return outcome;
}

const nameOf = ({ end, signals = [] }: End): string => signals.join(', ') || end;

const up = WIRES.flatMap((wire) => ENDS.map((end) => [wire, nameOf(end), end] as const));

test.concurrent.each(up)('%s, %s: ten of ten are delivered', async (wire, _name, row) => {
  const { end, signals, code = 0, errors = [] } = row;
  await using backend = await Backend.start(wire);
  await using sufferer = suffer({ ...backend.env(), ...PATIENT }, { ...TEN, end });
  const outcome = await ending(sufferer, signals);
  const [signal = null] = signals ?? [];
  // On a machine so busy that a second is not enough, it is counted and said.
  const isLate = ABRUPT.has(end) && sent(outcome) < 10 && (outcome.exit.afterOutput ?? 0) >= EXIT_WAIT;
  const expected = { code: signal ? null : code, signal, errors, within: 30_000 };
  const late = { unsent: 10 - sent(outcome), lines: [LOST] };
  expectAccounted(outcome, backend.ids(), { ...expected, ...(isLate ? late : {}) });
  if (!isLate) expect(backend.ids()).toHaveLength(10);
});

const sent = ({ report }: Outcome): number => report?.stats[0]?.delivered ?? 0;

/** How a backend is down. */
const DOWN: readonly [how: string, options: BackendOptions | undefined][] = [
  ['nobody listens', undefined],
  ['the backend hangs', { http: always(hang), grpc: [{ delay: 60_000 }] }],
];

const down = DOWN.flatMap(([how, options]) =>
  WIRES.flatMap((wire) => ENDS.map((row) => [how, wire, nameOf(row), row, options] as const)),
);

test.concurrent.each(down)('%s, %s, %s: it ends as it would', async (_how, wire, _name, row, options) => {
  const { end, signals, code = 0, errors = [] } = row;
  await using backend = await Backend.start(wire, options);
  if (!options) await backend.stop();
  await using sufferer = suffer({ ...backend.env(), ...AT_THE_END }, { ...TEN, end });
  const outcome = await ending(sufferer, signals);
  const [signal = null] = signals ?? [];
  // Whoever has the time to try twice says first that it fails.
  const isTold = linesOf(outcome.exit.stderr).length > 1;
  expectAccounted(outcome, [], {
    code: signal ? null : code,
    signal,
    errors,
    unsent: 10,
    lines: isTold ? [FAILS, LOST] : [LOST],
  });
});

const twice = WIRES.flatMap((wire) =>
  [
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ].map((signals) => [wire, signals as NodeJS.Signals[]] as const),
);

test.concurrent.each(twice)('%s, %j: the second ends it at once', async (wire, [first, second]) => {
  await using backend = await Backend.start(wire, DOWN[1]?.[1] ?? {});
  await using sufferer = suffer({ ...backend.env(), ...PATIENT }, { ...TEN, end: 'wait' });
  await sufferer.app.waitForLine(/^ending/);
  sufferer.app.kill(first);
  await backend.requests(1);
  // The same one at once would count as the first, see docs/reliability.md.
  const again = setInterval(() => sufferer.app.kill(second), 150);
  const outcome = await sufferer.outcome.finally(() => clearInterval(again));
  expectAccounted(outcome, [], { code: null, signal: second ?? null, unsent: 10, lines: [LOST] });
  // Without the second signal it would have waited longer.
  expect(outcome.exit.afterOutput).toBeLessThan(25_000);
});

test.concurrent.each(WIRES)(
  '%s, out of memory: it ends as it would, and what was sent before has arrived',
  async (wire: Wire) => {
    await using backend = await Backend.start(wire);
    await using sufferer = suffer(
      backend.env(),
      { spans: 60, end: 'out of memory' },
      {
        nodeArgs: ['--max-old-space-size=80'],
      },
    );
    const outcome = await sufferer.outcome;
    expectAccounted(outcome, backend.ids(), { code: null, signal: 'SIGABRT', within: HEAP_FULL });
    expect(outcome.exit.stderr).toContain('heap out of memory');
  },
);
