import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { LastReading } from '../../exporters/index.ts';
import { errorMessage, type Log } from '../core/index.ts';

/** Reads the metrics once more, as far as that is possible without waiting. Never throws. */
export function readNow(
  readers: readonly (IMetricReader & Partial<LastReading>)[],
  log: Pick<Log, 'error'>,
): void {
  for (const reader of readers) {
    try {
      reader.readNow?.();
    } catch (error) {
      log.error(`metrics cannot be read at the exit: ${errorMessage(error)}`);
    }
  }
}
