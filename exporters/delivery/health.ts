import type { Host, Signal } from '../../src/core/index.ts';

/** Signals that fail for the same reason, from the first failure until all of them work again. */
interface Incident {
  /** Counted from 1, those that nothing is said about included. */
  readonly number: number;
  readonly reason: string;
  readonly since: number;
  readonly failing: Set<Signal>;
  readonly affected: Set<Signal>;
  readonly lost: Map<Signal, number>;
  /** Items that fallbacks took, by their name. */
  readonly diverted: Map<string, number>;
  /** False while nothing is said about it. */
  isSaid: boolean;
}

/** One that comes and goes is a line of each kind once a minute, and so are drops, which come by the thousand. */
const QUIET = 60_000;

/** So many reasons are remembered. */
const MAX_REASONS = 100;

/** What one item of a signal is called. */
export const ITEMS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric data points',
  logs: 'log records',
};

/**
 * Says when a destination starts failing and when it works again, and nothing in between. One per
 * destination, shared by its signals: signals that fail for the same reason share one line. If it
 * flaps, both lines come once a minute at most, and never one without the other.
 */
export class DestinationHealth {
  private outages = 0;
  private quietUntil = Number.NEGATIVE_INFINITY;
  private readonly incidents = new Map<Signal, Incident>();
  /** When each reason was said last, and how often it was not said since. */
  private readonly said = new Map<string, { readonly at: number; unsaid: number }>();

  /**
   * @param name the exporter's name, e.g. `otlp`
   * @param host gives the clock and takes the lines
   * @param where what `describe()` of the exporter says; must hold no secret
   * @param hasDisk what cannot be sent is kept on disk too
   */
  constructor(
    private readonly name: string,
    private readonly host: Pick<Host, 'clock' | 'log'>,
    private readonly where = '',
    private readonly hasDisk = false,
  ) {}

  /** True while an export of this signal, or of any, failed and none succeeded since. */
  isFailing(signal?: Signal): boolean {
    return signal === undefined ? this.incidents.size > 0 : this.incidents.has(signal);
  }

  /** An export of `signal` failed. @param lost items that are lost by it; without it they are kept */
  failed(signal: Signal, reason: string, lost = 0): void {
    const incident = this.incidents.get(signal) ?? this.begin(signal, reason);
    incident.lost.set(signal, (incident.lost.get(signal) ?? 0) + lost);
    if (!incident.isSaid) this.say(incident, signal, lost > 0);
  }

  /** Items were lost because there was no room for them. */
  dropped(signal: Signal, items: number): void {
    if (items === 0) return;
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

  /** A fallback has taken items in the place of this destination. */
  diverted(signal: Signal, fallback: string, items: number): void {
    const incident = this.incidents.get(signal);
    if (!incident) return;
    const before = incident.diverted.get(fallback);
    incident.diverted.set(fallback, (before ?? 0) + items);
    if (before === undefined && incident.isSaid) {
      this.host.log.info(`${this.title()}: until it works again, the fallback ${fallback} is used`);
    }
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
    if (incident.failing.size === 0 && incident.isSaid) this.end(incident);
  }

  private begin(signal: Signal, reason: string): Incident {
    const same = [...this.incidents.values()].find((incident) => incident.reason === reason);
    const incident = same ?? {
      number: ++this.outages,
      reason,
      since: this.host.clock.monotonic(),
      failing: new Set<Signal>(),
      affected: new Set<Signal>(),
      lost: new Map<Signal, number>(),
      diverted: new Map<string, number>(),
      isSaid: false,
    };
    incident.failing.add(signal);
    incident.affected.add(signal);
    this.incidents.set(signal, incident);
    const before = this.said.get(reason);
    if (!same && before) before.unsaid++;
    return incident;
  }

  /** Not again within the quiet time; one that lasts longer is said as soon as that is over. */
  private say(incident: Incident, signal: Signal, isLost: boolean): void {
    const now = this.host.clock.monotonic();
    const { reason } = incident;
    const before = this.said.get(reason);
    if (before && now - before.at < QUIET) return;
    if (this.said.size >= MAX_REASONS) this.said.clear();
    this.said.set(reason, { at: now, unsaid: 0 });
    incident.isSaid = true;
    const times = before && before.unsaid > 1 ? ` (${before.unsaid} times since the last line)` : '';
    const consequence = isLost
      ? 'What is refused is lost'
      : `It waits ${this.hasDisk ? 'on disk' : 'in memory'} and is sent again`;
    this.host.log.warn(`${this.title()}: export of ${signal} fails${times}: ${reason}. ${consequence}`);
  }

  private end(incident: Incident): void {
    const seconds = Math.round((this.host.clock.monotonic() - incident.since) / 1000);
    const lost = [...incident.lost]
      .filter(([, count]) => count > 0)
      .map(([signal, count]) => `${count} ${ITEMS[signal]}`);
    const diverted = [...incident.diverted].map(([name, count]) => `${count} items to ${name}`).join(', ');
    // Its number also keeps a log that writes the same line only once a minute from leaving it out.
    const outage = incident.number > 1 ? ` (outage ${incident.number})` : '';
    this.host.log.info(
      `${this.title()}: export of ${[...incident.affected].join(', ')} works again after ${seconds} s${outage}. Lost meanwhile: ${lost.join(', ') || 'nothing'}${diverted && `. Gone to fallbacks: ${diverted}`}`,
    );
  }

  private title(): string {
    return this.where === '' ? this.name : `${this.name} (${this.where})`;
  }
}
