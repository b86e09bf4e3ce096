/** What happens to connections, for every protocol. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Expected, expectAccounted } from './support/accounted.ts';
import { Backend, WIRES } from './support/backend.ts';
import { Gate, type Treatment } from './support/gate.ts';
import { IMPATIENT, type Orders, suffer } from './support/sufferer.ts';

interface Weather {
  readonly fault: string;
  /** How it is when the process starts. Default `pass`. */
  readonly at?: Treatment;
  /** What happens while it runs. */
  readonly meanwhile: (gate: Gate, backend: Backend) => Promise<unknown>;
  readonly orders?: Orders;
  readonly env?: Record<string, string>;
  readonly expected: Expected;
  /** Most connections that may be tried. */
  readonly connections?: number;
}

/** A span now and then, for a while. */
const STEADY: Orders = { spans: 200, chunk: 4, every: 20, patience: 40_000 };
/** Four requests of 20 spans are under way at most. */
const IN_FLIGHT = 80;
const OUTAGE: Expected = { outages: 2 };

async function taken(backend: Backend, spans: number): Promise<void> {
  while (backend.ids().length < spans) await sleep(10);
}

/** Bad weather for so long. */
const during = (ms: number, treatment: Treatment) => async (gate: Gate, backend: Backend) => {
  await taken(backend, 20);
  await gate.treat(treatment);
  await sleep(ms);
  await gate.treat('pass');
};

const ROWS: readonly Weather[] = [
  {
    fault: 'nobody listens for 10 s',
    at: 'refuse',
    meanwhile: async (gate) => {
      await sleep(10_000);
      await gate.treat('pass');
    },
    orders: { ...STEADY, every: 5 },
    expected: { outages: 1 },
  },
  {
    fault: 'the backend goes for 3 s',
    meanwhile: during(3_000, 'refuse'),
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
  },
  {
    fault: 'it comes and goes',
    meanwhile: async (gate, backend) => {
      await taken(backend, 20);
      for (let times = 0; times < 6; times++) {
        await gate.treat('refuse');
        await sleep(150);
        await gate.treat('pass');
        await sleep(150);
      }
    },
    orders: STEADY,
    expected: { outages: 3, duplicates: 6 * IN_FLIGHT },
  },
  {
    fault: 'the backend is started anew',
    meanwhile: async (_gate, backend) => {
      await taken(backend, 20);
      await backend.stop();
      await sleep(500);
      await backend.start();
    },
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
  },
  {
    fault: 'open connections carry nothing any more',
    meanwhile: async (gate, backend) => {
      await taken(backend, 20);
      gate.deaden();
    },
    env: IMPATIENT,
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
  },
  {
    fault: 'nothing comes through for 3 s',
    meanwhile: during(3_000, 'swallow'),
    env: IMPATIENT,
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
  },
  {
    fault: 'requests are cut for 2 s',
    meanwhile: during(2_000, 'reset'),
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
    connections: 40,
  },
  {
    fault: 'connections are closed without a word for 2 s',
    meanwhile: during(2_000, 'close'),
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: IN_FLIGHT },
    connections: 40,
  },
  {
    fault: 'answers are cut for 2 s',
    meanwhile: during(2_000, 'cut'),
    orders: STEADY,
    expected: { ...OUTAGE, duplicates: 10 * IN_FLIGHT },
    connections: 40,
  },
];

const RUNS = ROWS.flatMap((row) => WIRES.map((wire) => [wire, row.fault, row] as const));

test.concurrent.each(RUNS)('%s: %s', async (wire, _fault, row) => {
  await using backend = await Backend.start(wire);
  await using gate = await Gate.open(backend.port, row.at);
  await using sufferer = suffer({ ...backend.env(gate.port), ...row.env }, row.orders);
  await row.meanwhile(gate, backend);
  expectAccounted(await sufferer.outcome, backend.ids(), row.expected);
  if (row.connections) expect(gate.connections).toBeLessThanOrEqual(row.connections);
});
