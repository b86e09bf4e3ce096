import type { DestinationStats } from '../../exporters/index.ts';

const ITEMS = { traces: 'spans', metrics: 'data points', logs: 'log records' } as const;

/**
 * The one line at the end of a process that has lost telemetry: how much, of what, why and on the
 * way to where. Undefined if nothing was lost.
 */
export function lossReport(all: readonly DestinationStats[]): string | undefined {
  const parts = all.flatMap(({ destination, signal, accepted, rejected, dropped }) => {
    const reasons: readonly (readonly [string, number])[] = [
      ['rejected', rejected],
      ...Object.entries(dropped),
    ];
    const lost = reasons.filter(([, count]) => count > 0);
    if (lost.length === 0) return [];
    const total = lost.reduce((sum, [, count]) => sum + count, 0);
    const why = lost.map(([reason, count]) => `${reason} ${count}`).join(', ');
    return [`${total} of ${accepted} ${ITEMS[signal]} to ${destination} (${why})`];
  });
  return parts.length === 0 ? undefined : `lost in this process: ${parts.join('; ')}`;
}

/** The one line about what this process leaves on disk: it is not lost. Undefined if nothing is there. */
export function spoolReport(all: readonly DestinationStats[]): string | undefined {
  const parts = all
    .filter(({ spooled }) => spooled > 0)
    .map(({ destination, signal, spooled }) => `${spooled} ${ITEMS[signal]} to ${destination}`);
  return parts.length === 0 ? undefined : `kept on disk for the next process: ${parts.join(', ')}`;
}
