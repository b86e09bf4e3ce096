import type { Signal } from '../../src/core/index.ts';
import type { BatchKind } from './batch-kind.ts';
import type { BatchOf, Destination, RemoteTransport } from './destination.ts';
import type { Detour } from './detour.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import type { FallbackRoute } from './fallback-route.ts';
import type { Parcel } from './parcel.ts';
import type { Spooling } from './spooling.ts';

/** A way that another thread can take with what is left while the process exits. */
export interface ExitWay {
  /** The name of the fallback; undefined for the destination itself. */
  readonly fallback?: string;
  readonly remote: RemoteTransport;
}

/** Somebody who takes a batch in the thread that exits, at once. */
export interface ExitTaker {
  /** The name of the fallback; undefined for the destination itself. */
  readonly fallback?: string;
  /** Within `timeout` ms. False if not all of it was taken, which has been said. Never throws. */
  take(timeout: number): boolean;
}

/** A batch that is left. */
export interface ExitBatch {
  readonly items: number;
  /** It was sent before already, and not answered. */
  readonly underWay: boolean;
  /** Who is asked first. */
  readonly takers: readonly ExitTaker[];
  /** Who is asked when another thread could not send it. */
  readonly lastTakers: readonly ExitTaker[];
  /** Encodes it for another thread. */
  pieces(): ExitPiece[];
  /** It did not arrive. True if the disk has it; else it is lost. */
  keep(): boolean;
  /** It arrived, or was refused for good. */
  finish(): void;
}

/** A part of a batch, with the ways it may go, in order, each with its body. None if it can go nowhere. */
export interface ExitPiece {
  readonly items: number;
  /** It was sent before already, and not answered. */
  readonly underWay: boolean;
  readonly ways: readonly { readonly way: ExitWay; readonly body: Uint8Array }[];
}

type Way<S extends Signal> = ExitWay & {
  encode(batch: BatchOf[S]): Uint8Array | undefined;
};

/** What finds the ways of one delivery. */
export interface ExitParts<S extends Signal> extends Pick<DispatcherParts<S>, 'kind' | 'sender' | 'health'> {
  readonly destination: Destination<S> | undefined;
  readonly detour: Detour<S> | undefined;
  readonly spooling: Spooling<S> | undefined;
  /** Then fallbacks come first. */
  readonly isDown: boolean;
}

/** Everything that is left. */
export interface ExitRest {
  /** All the ways that any of it may go, for whoever makes them ready. */
  readonly ways: readonly ExitWay[];
  readonly batches: readonly ExitBatch[];
}

/**
 * What is left, and its ways: to the destination, then to the fallbacks, or the other way round if the
 * destination is down.
 */
export function exitRest<S extends Signal>(all: readonly Parcel<S>[], parts: ExitParts<S>): ExitRest {
  const { destination, detour, spooling, isDown, kind } = parts;
  const own = destination?.remote ? [wayOf(destination, destination.remote)] : [];
  const others = waysAround(detour);
  const batches = all
    .flatMap((parcel) => detour?.byTaker(parcel) ?? parcel)
    .map((parcel) => spooling?.secure(parcel) ?? parcel)
    .map((parcel): ExitBatch => {
      const fallbacks = fallbacksFor(parcel, detour);
      const self = ownTaker(parcel, parts);
      return {
        items: parcel.items,
        underWay: parcel.underWay ?? false,
        takers: isDown ? [] : self,
        lastTakers: isDown ? [...fallbacks, ...self] : fallbacks,
        pieces: () => {
          const around = [...others].flatMap(([route, way]) => (parcel.refusedBy?.has(route) ? [] : way));
          return piecesOf(parcel, isDown ? [...around, ...own] : [...own, ...around], kind);
        },
        keep: () => spooling?.store(parcel) ?? false,
        finish: () => spooling?.finish(parcel),
      };
    });
  return { ways: batches.length === 0 ? [] : [...own, ...others.values()], batches };
}

function waysAround<S extends Signal>(detour: Detour<S> | undefined): Map<FallbackRoute<S>, Way<S>> {
  const ways = new Map<FallbackRoute<S>, Way<S>>();
  for (const route of detour?.routes ?? []) {
    const remote = route.destination?.remote;
    if (!detour || !route.destination || !remote) continue;
    const way = wayOf(route.destination, remote, route.name);
    ways.set(route, { ...way, encode: (batch) => way.encode(detour.batchFor(batch, route)) });
  }
  return ways;
}

function wayOf<S extends Signal>(
  destination: Destination<S>,
  remote: RemoteTransport,
  fallback?: string,
): Way<S> {
  const encode = (batch: BatchOf[S]) => destination.encode(batch);
  return { remote, encode, ...(fallback === undefined ? {} : { fallback }) };
}

function ownTaker<S extends Signal>(
  { batch }: Parcel<S>,
  { sender, health, kind }: ExitParts<S>,
): ExitTaker[] {
  if (!sender.sendAtExit) return [];
  const take = (timeout: number): boolean => {
    const outcome = sender.sendAtExit?.(batch, timeout);
    if (outcome?.kind === 'retry') health.failed(kind.signal, outcome.reason);
    return outcome?.kind === 'delivered';
  };
  return [{ take }];
}

function fallbacksFor<S extends Signal>(
  { batch, refusedBy }: Parcel<S>,
  detour: Detour<S> | undefined,
): ExitTaker[] {
  if (!detour) return [];
  return detour.routes
    .filter((route) => route.takesAtExit && !refusedBy?.has(route))
    .map((route) => ({
      fallback: route.name,
      take: (timeout) => route.sendAtExit(detour.batchFor(batch, route), timeout),
    }));
}

/** One piece, or several if it is too large for one request of the first way that takes it. */
function piecesOf<S extends Signal>(
  { batch, underWay = false }: Pick<Parcel<S>, 'batch' | 'underWay'>,
  ways: readonly Way<S>[],
  kind: BatchKind<S>,
): ExitPiece[] {
  const bodies: ExitPiece['ways'][number][] = [];
  for (const way of ways) {
    const body = tryEncode(way, batch);
    const halves = body === 'too large' && bodies.length === 0 ? kind.halve(batch) : undefined;
    if (halves) return halves.flatMap((half) => piecesOf({ batch: half, underWay }, ways, kind));
    if (typeof body === 'object') bodies.push({ way, body });
  }
  return [{ items: kind.count(batch), ways: bodies, underWay }];
}

function tryEncode<S extends Signal>(
  way: Way<S>,
  batch: BatchOf[S],
): Uint8Array | 'too large' | 'impossible' {
  try {
    return way.encode(batch) ?? 'too large';
  } catch {
    return 'impossible';
  }
}
