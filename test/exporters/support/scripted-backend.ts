import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createSpanDelivery,
  DELIVERY_DEFAULTS,
  type DeliveryOptions,
  DestinationHealth,
  type DestinationStats,
  type Fallback,
  FallbackRoute,
  type Spool,
} from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { manualHost } from './manual-host.ts';

const BATCH = { queueSize: 100, batchSize: 4, delay: 1_000, timeout: 30_000 };
const text = (body: Uint8Array): string => Buffer.from(body).toString();

/** What the backend says to one request. */
export type Answer = Outcome | Promise<Outcome> | ((names: readonly string[]) => Outcome);

/** A backend with a script: each request takes the next answer, then everything is delivered. */
export class ScriptedBackend {
  readonly requests: (readonly string[])[] = [];
  readonly received: string[] = [];
  readonly suppressed: boolean[] = [];
  shutdowns = 0;

  constructor(readonly answers: Answer[] = []) {}

  readonly destination = {
    encode: (spans: readonly ReadableSpan[]) => {
      if (spans.some(({ name }) => name === 'unencodable')) throw new Error('no');
      return Buffer.from(JSON.stringify(spans.map(({ name }) => name)));
    },
    send: async (body: Uint8Array): Promise<Outcome> => {
      const names = JSON.parse(text(body)) as string[];
      this.requests.push(names);
      this.suppressed.push(isTracingSuppressed(context.active()));
      const answer = this.answers.shift() ?? { kind: 'delivered' };
      const outcome = typeof answer === 'function' ? answer(names) : await answer;
      if (outcome.kind === 'delivered') this.received.push(...names);
      return outcome;
    },
    shutdown: async () => void this.shutdowns++,
    unsampled: false,
  };
}

/** Spans through a delivery to a {@link ScriptedBackend}, in a time of the test's own. */
export function pipeline(
  answers: Answer[] = [],
  options: Partial<DeliveryOptions> = {},
  batch: Partial<typeof BATCH> = {},
  shared: {
    readonly time?: ReturnType<typeof manualHost>;
    readonly fallback?: Fallback<'traces'>;
    readonly spool?: Spool;
  } = {},
) {
  const { time = manualHost(), fallback, spool } = shared;
  const backend = new ScriptedBackend(answers);
  const processor = createSpanDelivery(
    backend as unknown as SpanExporter,
    { ...BATCH, ...batch },
    time.host,
    {
      name: 'test',
      options,
      ...(fallback ? { fallback } : {}),
      ...(spool ? { spool } : {}),
    },
  );
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  let next = 0;
  const end = (count: number, name?: string): void => {
    for (let index = 0; index < count; index++) tracer.startSpan(name ?? `s${next++}`).end();
  };
  return { ...time, backend, processor, end, stats: () => processor.delivery.stats() };
}

/** The accounting identity; every test ends with it. */
export function expectBalanced(stats: DestinationStats): void {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  expect(stats.delivered + stats.rejected + dropped + stats.spooled + stats.inMemory).toBe(stats.accepted);
}

/** Not now. */
export const retry = (after?: number): Outcome => ({
  kind: 'retry',
  reason: 'not now',
  ...(after === undefined ? {} : { after }),
});

/** A fallback for spans, and the backend behind it. */
export function standIn(name: string, time: ReturnType<typeof manualHost>, answers: Answer[] = []) {
  const backend = new ScriptedBackend(answers);
  const route = new FallbackRoute({
    name,
    signal: 'traces',
    exporter: backend as unknown as SpanExporter,
    health: new DestinationHealth(name, time.host),
    host: time.host,
    options: DELIVERY_DEFAULTS,
  });
  return { route, backend };
}
