import type { DestinationStats } from '../../exporters/index.ts';

const ITEMS = { traces: 'spans', metrics: 'data points', logs: 'log records' } as const;

/**
 * The one line at the end of a process that has lost telemetry: how much, of what, why and on the
 * way to where. What was sent without an answer in time is not called lost, since nobody knows.
 * Undefined if everything was delivered.
 */
export function lossReport(all: readonly DestinationStats[]): string | undefined {
  const lost = all.flatMap(lossOf);
  const unconfirmed = all.flatMap(({ destination, signal, accepted, dropped }) => {
    const { unconfirmed: count = 0 } = dropped;
    return count > 0 ? [`${count} of ${accepted} ${ITEMS[signal]} to ${destination}`] : [];
  });
  const parts = [
    ...(lost.length > 0 ? [`lost in this process: ${lost.join('; ')}`] : []),
    ...(unconfirmed.length > 0
      ? [`sent, but not confirmed before the process ended: ${unconfirmed.join('; ')}`]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join('. ');
}

function lossOf({ destination, signal, accepted, rejected, dropped }: DestinationStats): string[] {
  const reasons: readonly (readonly [string, number])[] = [
    ['rejected', rejected],
    ...Object.entries(dropped),
  ];
  const lost = reasons.filter(([reason, count]) => count > 0 && reason !== 'unconfirmed');
  if (lost.length === 0) return [];
  const total = lost.reduce((sum, [, count]) => sum + count, 0);
  const why = lost.map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [`${total} of ${accepted} ${ITEMS[signal]} to ${destination} (${why})`];
}

/** The one line about what this process leaves on disk: it is not lost. Undefined if nothing is there. */
export function spoolReport(all: readonly DestinationStats[]): string | undefined {
  const parts = all
    .filter(({ spooled }) => spooled > 0)
    .map(({ destination, signal, spooled }) => `${spooled} ${ITEMS[signal]} to ${destination}`);
  return parts.length === 0 ? undefined : `kept on disk for the next process: ${parts.join(', ')}`;
}
