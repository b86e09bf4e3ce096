import type { Host, Signal } from '../../src/core/index.ts';
import { explainFailure, type Failure } from './failure.ts';

/** Signals that fail for the same reason, from the first failure until all of them work again. */
interface Incident {
  readonly reason: string;
  readonly since: number;
  readonly failing: Set<Signal>;
  readonly affected: Set<Signal>;
  readonly lost: Map<Signal, number>;
}

const ITEMS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric data points',
  logs: 'log records',
};

/**
 * Says when a destination starts failing and when it works again, and nothing in between. One per
 * destination, shared by its signals: signals that fail for the same reason share one line.
 */
export class DestinationHealth {
  private readonly incidents = new Map<Signal, Incident>();
  private readonly reported = new WeakSet<object>();
  private lastReported: string | undefined;

  /**
   * @param name the exporter's name, e.g. `otlp`
   * @param host gives the clock and takes the lines
   * @param where what `describe()` of the exporter says; must hold no secret
   */
  constructor(
    private readonly name: string,
    private readonly host: Pick<Host, 'clock' | 'log'>,
    private readonly where = '',
  ) {}

  /** True while an export of this signal, or of any, failed and none succeeded since. */
  isFailing(signal?: Signal): boolean {
    return signal === undefined ? this.incidents.size > 0 : this.incidents.has(signal);
  }

  /** An export of `signal` failed and `items` of it are lost. */
  failed(signal: Signal, items: number, error: unknown): void {
    if (typeof error === 'object' && error !== null) this.reported.add(error);
    this.lastReported = String(error);
    const known = this.incidents.get(signal);
    const incident = known ?? this.begin(signal, explainFailure(error));
    incident.lost.set(signal, (incident.lost.get(signal) ?? 0) + items);
  }

  /** An export of `signal` succeeded. */
  succeeded(signal: Signal): void {
    const incident = this.incidents.get(signal);
    if (!incident) return;
    this.incidents.delete(signal);
    incident.failing.delete(signal);
    if (incident.failing.size === 0) this.end(incident);
  }

  /**
   * True for an error that {@link failed} has reported, also inside the error that the SDK's metric
   * reader makes of it: whoever logs SDK errors can leave these out.
   */
  wasReported(error: unknown): boolean {
    if (typeof error !== 'object' || error === null) return false;
    if (this.reported.has(error)) return true;
    const message = error instanceof Error ? error.message : '';
    const fromReader = message.startsWith('PeriodicExportingMetricReader: metrics export failed');
    return fromReader && this.lastReported !== undefined && message.includes(this.lastReported);
  }

  private begin(signal: Signal, { reason, hint }: Failure): Incident {
    for (const incident of new Set(this.incidents.values())) {
      if (incident.reason === reason) return this.join(incident, signal);
    }
    const advice = hint === undefined ? '' : ` (${hint})`;
    this.host.log.warn(
      `${this.title()}: export of ${signal} fails: ${reason}${advice}. Telemetry is lost until this is over`,
    );
    const since = this.host.clock.monotonic();
    return this.join({ reason, since, failing: new Set(), affected: new Set(), lost: new Map() }, signal);
  }

  private join(incident: Incident, signal: Signal): Incident {
    incident.failing.add(signal);
    incident.affected.add(signal);
    this.incidents.set(signal, incident);
    return incident;
  }

  private end(incident: Incident): void {
    const seconds = Math.round((this.host.clock.monotonic() - incident.since) / 1000);
    const lost = [...incident.lost].map(([signal, count]) => `${count} ${ITEMS[signal]}`).join(', ');
    this.host.log.info(
      `${this.title()}: export of ${[...incident.affected].join(', ')} works again after ${seconds} s. Lost meanwhile: ${lost}`,
    );
  }

  private title(): string {
    return this.where === '' ? this.name : `${this.name} (${this.where})`;
  }
}
