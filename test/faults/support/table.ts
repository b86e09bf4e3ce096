/** Runs the rows of a table: a fault of the backend, and what is expected of the application. */
import type { Answer, Intercept } from '../../support/receivers/index.ts';
import { type Expected, expectAccounted } from './accounted.ts';
import { Backend, type Wire } from './backend.ts';
import { type Orders, suffer } from './sufferer.ts';

export interface Row {
  readonly fault: string;
  /** The protocols that it is about, if not all of the table. */
  readonly only?: readonly Wire[];
  /** How an HTTP backend misbehaves; made afresh for each run. */
  readonly http?: () => Intercept;
  /** The first answers of a gRPC backend. */
  readonly grpc?: readonly Answer[];
  /** What a Datadog Agent answers when all is well. */
  readonly rates?: string;
  readonly orders?: Orders;
  readonly env?: Record<string, string>;
  /** Most requests that may be made. */
  readonly requests?: number;
  /** Milliseconds that must pass between the first two requests. */
  readonly pause?: number;
  readonly expected: Expected;
}

/** One test for each row and protocol, several of them at a time. */
export function table(rows: readonly Row[], wires: readonly Wire[]): void {
  const runs = rows.flatMap((row) => (row.only ?? wires).map((wire) => [wire, row.fault, row] as const));
  test.concurrent.each(runs)('%s: %s', (wire, _fault, row) => run(wire, row));
}

async function run(wire: Wire, row: Row): Promise<void> {
  const http = row.http?.();
  await using backend = await Backend.start(wire, {
    ...(http ? { http } : {}),
    ...(row.grpc ? { grpc: row.grpc } : {}),
    ...(row.rates ? { rates: row.rates } : {}),
  });
  await using sufferer = suffer({ ...backend.env(), ...row.env }, row.orders);
  expectAccounted(await sufferer.outcome, backend.ids(), row.expected);
  const { arrivals } = backend;
  if (row.requests !== undefined) expect(arrivals.length).toBeLessThanOrEqual(row.requests);
  if (row.pause !== undefined) expectPause(arrivals, row.pause);
}

function expectPause([before = 0, after = 0]: readonly number[], pause: number): void {
  expect(after - before).toBeGreaterThanOrEqual(pause);
}
