import type { Host, Signal } from '../../src/core/index.ts';

/** Signals that fail for the same reason, from the first failure until all of them work again. */
interface Incident {
  readonly reason: string;
  readonly since: number;
  readonly failing: Set<Signal>;
  readonly affected: Set<Signal>;
  readonly lost: Map<Signal, number>;
}

/** Drops come by the thousand; the line about them comes once a minute. */
const QUIET = 60_000;

/** What one item of a signal is called. */
export const ITEMS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric data points',
  logs: 'log records',
};

/**
 * Says when a destination starts failing and when it works again, and nothing in between. One per
 * destination, shared by its signals: signals that fail for the same reason share one line.
 */
export class DestinationHealth {
  private quietUntil = Number.NEGATIVE_INFINITY;
  private readonly incidents = new Map<Signal, Incident>();

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

  /** An export of `signal` failed. @param lost items that are lost by it; without it they are kept */
  failed(signal: Signal, reason: string, lost = 0): void {
    const incident = this.incidents.get(signal) ?? this.begin(signal, reason, lost > 0);
    incident.lost.set(signal, (incident.lost.get(signal) ?? 0) + lost);
  }

  /** Items were lost because there was no room for them. */
  dropped(signal: Signal, items: number): void {
    const incident = this.incidents.get(signal);
    if (incident) incident.lost.set(signal, (incident.lost.get(signal) ?? 0) + items);
    else if (this.host.clock.monotonic() >= this.quietUntil) {
      this.quietUntil = this.host.clock.monotonic() + QUIET;
      this.host.log.warn(
        `${this.title()}: ${ITEMS[signal]} come faster than they can be sent, and some are dropped`,
      );
    }
  }

  /** The backend has taken a request, but not all that was in it, or has something to say. */
  refused(signal: Signal, items: number, reason = 'no reason given'): void {
    const what = items > 0 ? `refused ${items} ${ITEMS[signal]}` : `warns about ${ITEMS[signal]}`;
    this.host.log.warn(`${this.title()}: the backend ${what}: ${reason}`);
  }

  /** Items are lost because there was no more time for them. */
  abandoned(signal: Signal, items: number): void {
    this.host.log.warn(
      `${this.title()}: shut down with ${items} ${ITEMS[signal]} undelivered; they are lost`,
    );
  }

  /** An export of `signal` succeeded. */
  succeeded(signal: Signal): void {
    const incident = this.incidents.get(signal);
    if (!incident) return;
    this.incidents.delete(signal);
    incident.failing.delete(signal);
    if (incident.failing.size === 0) this.end(incident);
  }

  private begin(signal: Signal, reason: string, isLost: boolean): Incident {
    for (const incident of new Set(this.incidents.values())) {
      if (incident.reason === reason) return this.join(incident, signal);
    }
    const consequence = isLost ? 'What is refused is lost' : 'It waits in memory and is sent again';
    this.host.log.warn(`${this.title()}: export of ${signal} fails: ${reason}. ${consequence}`);
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
    const lost = [...incident.lost]
      .filter(([, count]) => count > 0)
      .map(([signal, count]) => `${count} ${ITEMS[signal]}`);
    this.host.log.info(
      `${this.title()}: export of ${[...incident.affected].join(', ')} works again after ${seconds} s. Lost meanwhile: ${lost.join(', ') || 'nothing'}`,
    );
  }

  private title(): string {
    return this.where === '' ? this.name : `${this.name} (${this.where})`;
  }
}
