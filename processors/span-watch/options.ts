import type { Logger } from '@opentelemetry/api';
import type { Host } from '../../src/core/index.ts';

/** What happens to a span that is open too long. */
export const OVERDUE_ACTIONS = ['report', 'end'] as const;
export type OverdueAction = (typeof OVERDUE_ACTIONS)[number];

/** What happens to open spans when the process ends. */
export const SHUTDOWN_ACTIONS = ['drop', 'export'] as const;
export type ShutdownAction = (typeof SHUTDOWN_ACTIONS)[number];

/** Names of the kinds in settings and metrics, by the number in `SpanKind`. */
export const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export type KindName = (typeof KINDS)[number];

/** Settings of a {@link SpanWatchProcessor}. */
export interface SpanWatchSettings {
  /** Milliseconds a span may be open; 0 means as long as it likes. Default 5 minutes. */
  readonly limit: number;
  /** The same for GenAI spans, whatever their kind. Default 30 minutes. */
  readonly genaiLimit: number;
  /** The same for the spans of a kind, instead of `limit`. */
  readonly kindLimits: Readonly<Partial<Record<KindName, number>>>;
  /** Report an overdue span, or report it and end it with an error. Default `report`. */
  readonly action: OverdueAction;
  /** Drop what is open at shutdown, as every SDK does, or export it marked incomplete. Default `drop`. */
  readonly shutdown: ShutdownAction;
  /** So many spans are watched at a time; further ones pass unwatched and are counted. Default 10,000. */
  readonly maxSpans: number;
}

/** Options of a {@link SpanWatchProcessor}. */
export interface SpanWatchOptions extends Partial<SpanWatchSettings> {
  readonly host: Pick<Host, 'clock' | 'counters' | 'every' | 'log'>;
  /** Where reports go. Default: the global one named `signalbox`. */
  readonly logger?: Pick<Logger, 'emit'>;
}

const MINUTE = 60_000;

export const DEFAULTS: SpanWatchSettings = Object.freeze({
  limit: 5 * MINUTE,
  genaiLimit: 30 * MINUTE,
  kindLimits: {},
  action: 'report',
  shutdown: 'drop',
  maxSpans: 10_000,
});
