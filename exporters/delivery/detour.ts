import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import type { Accounts } from './accounts.ts';
import type { BatchKind } from './batch-kind.ts';
import type { BatchOf } from './destination.ts';
import type { FallbackRoute } from './fallback-route.ts';
import { Flight } from './flight.ts';
import type { DestinationHealth } from './health.ts';
import { newerMetrics, toDelta, wantsDelta } from './metric-deltas.ts';
import { halvesOf, type Parcel, refill, type Shelf } from './parcel.ts';
import { settledResource } from './settled-resource.ts';

/** The fallbacks of one destination and signal. */
export interface Fallback<S extends Signal> {
  /** In the order they are tried. */
  readonly routes: readonly FallbackRoute<S>[];
  /** `mirror`: what a fallback has is also kept for the destination itself. */
  readonly mode: 'switch' | 'mirror';
}

/** What a {@link Detour} is made of. */
export interface DetourParts<S extends Signal> {
  readonly fallback: Fallback<S>;
  readonly kind: BatchKind<S>;
  readonly shelf: Shelf<S>;
  readonly accounts: Accounts;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'clock'>;
  /** Milliseconds that one request may take; 0 for no limit. */
  readonly timeout: number;
  readonly concurrency: number;
  /** A fallback has it, and nobody else needs it. */
  onTaken(parcel: Parcel<S>): void;
  /** Called after each request. */
  onSettled(): void;
}

/**
 * The way around a destination that is down: takes parcels off the shelf to the first fallback that
 * will have them. What no fallback takes goes back to where it was and waits for the destination.
 */
export class Detour<S extends Signal> {
  /** What is on its way to a fallback. */
  readonly underWay = new Flight<S>();
  /** The newest metrics that somebody has, where a fallback wants differences. */
  private baseline: BatchOf['metrics'] | undefined;
  private readonly deltas: ReadonlySet<FallbackRoute<S>>;

  constructor(private readonly parts: DetourParts<S>) {
    const { routes } = parts.fallback;
    for (const route of routes) {
      route.join(this);
      // An alert on the increase needs the value before.
      parts.accounts.took(route.name, 0);
    }
    const differing = parts.kind.signal === 'metrics' ? routes : [];
    this.deltas = new Set(differing.filter(({ exporter }) => wantsDelta(exporter)));
  }

  get routes(): readonly FallbackRoute<S>[] {
    return this.parts.fallback.routes;
  }

  /** True if a fallback works or may work: what waits here will be taken, now or when a request is back. */
  isOpenAt(now: number): boolean {
    return this.parts.fallback.routes.some((route) => route.isReady(this, now));
  }

  /** Monotonic time at which a fallback that failed is tried again; nothing else need be waited for. */
  nextAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { notBefore } of this.parts.fallback.routes)
      if (notBefore > now) next = Math.min(next, notBefore);
    return next;
  }

  /** Takes along what may go, oldest first. */
  pump(now: number, may: (parcel: Parcel<S>) => boolean): void {
    const { fallback, shelf, kind, concurrency } = this.parts;
    // Differences need an order.
    const limit = kind.signal === 'metrics' ? 1 : concurrency;
    while (this.underWay.size < limit) {
      const ready = fallback.routes.filter((route) => route.isReady(this, now));
      const parcel = shelf.takeOldest((one) => may(one) && routeFor(one, ready) !== undefined);
      const route = parcel && routeFor(parcel, ready);
      if (!route) return;
      const { taken, rest } = this.part(parcel, route);
      if (rest) shelf.unshift(rest);
      if (taken) void this.send(taken, route);
    }
  }

  /** The destination itself has taken a batch. */
  passed(batch: BatchOf[S]): void {
    if (this.deltas.size > 0) this.baseline = newerMetrics(batch as BatchOf['metrics'], this.baseline);
  }

  /** The destination works again: fallbacks are free for others. */
  recovered(): void {
    for (const route of this.parts.fallback.routes) route.release(this);
  }

  async shutdown(): Promise<void> {
    await Promise.allSettled(this.parts.fallback.routes.map((route) => route.leave(this)));
  }

  /** The batch as a fallback takes it. */
  batchFor(batch: BatchOf[S], route: FallbackRoute<S>): BatchOf[S] {
    if (!this.deltas.has(route)) return batch;
    return toDelta(batch as BatchOf['metrics'], this.baseline) as BatchOf[S];
  }

  /**
   * What of a parcel a fallback takes, and what stays: unsampled spans are for a destination that counts
   * them, and no other.
   */
  part(
    parcel: Parcel<S>,
    route: FallbackRoute<S>,
  ): { readonly taken?: Parcel<S>; readonly rest?: Parcel<S> } {
    const { kind } = this.parts;
    if (kind.signal !== 'traces' || route.unsampled) return { taken: parcel };
    const spans = parcel.batch as readonly ReadableSpan[];
    const sampled = spans.filter(isSampled);
    if (sampled.length === spans.length) return { taken: parcel };
    const others = spans.filter((span) => !isSampled(span));
    const routes = this.parts.fallback.routes.filter(({ unsampled }) => !unsampled);
    const rest = { ...refill(parcel, asBatch<S>(others), kind), refusedBy: new Set(routes) };
    return sampled.length === 0 ? { rest } : { taken: refill(parcel, asBatch<S>(sampled), kind), rest };
  }

  /** The parcel, in two if not all fallbacks take all of it: what each of the two is, somebody takes whole. */
  byTaker(parcel: Parcel<S>): Parcel<S>[] {
    const choosy = this.routes.find((route) => !route.unsampled && !parcel.refusedBy?.has(route));
    if (!choosy) return [parcel];
    const { taken, rest } = this.part(parcel, choosy);
    return [taken ?? [], rest ?? []].flat();
  }

  private async send(parcel: Parcel<S>, route: FallbackRoute<S>): Promise<void> {
    const { kind, timeout } = this.parts;
    this.underWay.add(parcel);
    parcel.detours = (parcel.detours ?? 0) + 1;
    await settledResource(kind.resource(parcel.batch));
    if (!this.underWay.has(parcel)) return;
    const batch = this.batchFor(parcel.batch, route);
    parcel.underWay = true;
    const outcome = await route.send(this, batch, parcel.detours, timeout);
    parcel.underWay = false;
    // Whoever took it off in the meantime keeps the books for it.
    if (!this.underWay.delete(parcel)) return;
    this.book(parcel, route, outcome);
    this.parts.onSettled();
  }

  private book(parcel: Parcel<S>, route: FallbackRoute<S>, outcome: Outcome): void {
    const { shelf, fallback, accounts, health, kind } = this.parts;
    if (outcome.kind === 'delivered' && !outcome.rejected) {
      accounts.took(route.name, parcel.items);
      health.diverted(kind.signal, route.name, parcel.items);
      this.passed(parcel.batch);
      if (fallback.mode === 'switch') {
        accounts.delivered += parcel.items;
        this.parts.onTaken(parcel);
      } else shelf.unshift(Object.assign(parcel, { mirrored: true }));
    } else if (outcome.kind === 'retry' || outcome.kind === 'paused') {
      shelf.unshift(parcel);
    } else {
      const halves = outcome.kind === 'split' ? halvesOf(parcel, kind) : undefined;
      if (halves) shelf.unshift(...halves);
      // Of a batch that was taken in part nobody knows what was refused. The destination gets all of it.
      else shelf.unshift(Object.assign(parcel, { refusedBy: new Set([...(parcel.refusedBy ?? []), route]) }));
    }
  }
}

function routeFor<S extends Signal>(
  { mirrored, refusedBy }: Parcel<S>,
  ready: readonly FallbackRoute<S>[],
): FallbackRoute<S> | undefined {
  return mirrored ? undefined : ready.find((route) => !refusedBy?.has(route));
}

/** Only spans are taken apart here, so the signal is theirs. */
function asBatch<S extends Signal>(spans: readonly ReadableSpan[]): BatchOf[S] {
  return spans as unknown as BatchOf[S];
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
