import { trace } from '@opentelemetry/api';
import { type Box, start } from '../box/index.ts';
import { VERSION } from '../core/index.ts';
import type { SimulateTarget } from './simulate.ts';

/** How long a backend is waited for, in milliseconds. Somebody sits in front of the terminal. */
const LONGEST_WAIT = 10_000;

/**
 * Starts Signalbox as the environment says.
 *
 * @throws if telemetry is off, or if traces go nowhere
 */
export function startSimulation(): SimulateTarget {
  const box = start();
  if (!box.running) throw new Error('telemetry is off');
  if (box.stats().every(({ signal }) => signal !== 'traces')) throw new Error('traces have no destination');
  return {
    tracer: trace.getTracer('signalbox-simulator', VERSION),
    flush: () => within(Math.min(LONGEST_WAIT, box.config.batch.spans.timeout), box),
    finish: async () => {
      await box.shutdown();
      return arrived(box);
    },
  };
}

/** Flushes. Rejects, and ends the box, if the backend does not take everything in time. */
async function within(wait: number, box: Box): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the backend did not take everything within ${wait} ms`)),
      wait,
    );
  });
  try {
    await Promise.race([box.forceFlush(), late]);
  } catch (error) {
    await box.shutdown();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws if something that was accepted has not arrived */
function arrived(box: Box): string {
  const books = box.stats().filter(({ signal }) => signal === 'traces');
  const lost = books.filter(({ accepted, delivered }) => delivered < accepted);
  if (lost.length > 0) throw new Error(`lost on the way: ${describe(lost)}`);
  return describe(books);
}

function describe(books: ReturnType<Box['stats']>): string {
  return books
    .map(
      ({ destination, accepted, delivered }) => `${delivered} of ${accepted} spans arrived at ${destination}`,
    )
    .join(', ');
}
