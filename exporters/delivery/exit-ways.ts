import type { Signal } from '../../src/core/index.ts';
import type { BatchOf, Destination, RemoteTransport } from './destination.ts';
import type { Detour } from './detour.ts';
import type { FallbackRoute } from './fallback-route.ts';
import type { Parcel } from './parcel.ts';

/** A way that another thread can take with what is left while the process exits. */
export interface ExitWay {
  /** The name of the fallback; undefined for the destination itself. */
  readonly fallback?: string;
  readonly remote: RemoteTransport;
}

/** A batch that is left. */
export interface ExitBatch {
  readonly items: number;
  /** It was sent before already, and not answered. */
  readonly underWay: boolean;
  /** It did not arrive. True if the disk has it; else it is lost. */
  keep(): boolean;
  /** It arrived, or was refused for good. */
  finish(): void;
}

/** What is left, with the ways it may go, in order, each with its body. */
export interface ExitPiece {
  /** What it is a part of. */
  readonly of: ExitBatch;
  readonly items: number;
  /** It was sent before already, and not answered. */
  readonly underWay: boolean;
  readonly ways: readonly { readonly way: ExitWay; readonly body: Uint8Array }[];
}

type Way<S extends Signal> = ExitWay & {
  encode(batch: BatchOf[S]): Uint8Array | undefined;
};

/** What finds the ways of one delivery. */
export interface ExitParts<S extends Signal> {
  readonly destination: Destination<S> | undefined;
  readonly detour: Detour<S> | undefined;
  /** Puts what did not arrive on disk. */
  keep(parcel: Parcel<S>): boolean;
  /** Takes what is through with off the disk. */
  finish(parcel: Parcel<S>): void;
  /** Then fallbacks come first. */
  readonly isDown: boolean;
  halve(batch: BatchOf[S]): readonly [BatchOf[S], BatchOf[S]] | undefined;
  count(batch: BatchOf[S]): number;
}

/** Everything that is left. */
export interface ExitRest {
  /** All the ways that any of it may go, for whoever makes them ready. */
  readonly ways: readonly ExitWay[];
  readonly batches: readonly ExitBatch[];
  /** Encodes it. What can go nowhere has no ways. */
  pieces(): ExitPiece[];
}

/**
 * What is left, and its ways: to the destination, then to the fallbacks, or the other way round if the
 * destination is down.
 */
export function exitRest<S extends Signal>(parcels: readonly Parcel<S>[], parts: ExitParts<S>): ExitRest {
  const { destination, detour } = parts;
  const own = destination?.remote ? [wayOf(destination, destination.remote)] : [];
  const others = new Map<FallbackRoute<S>, Way<S>>();
  for (const route of detour?.routes ?? []) {
    const remote = route.destination?.remote;
    if (!detour || !route.destination || !remote) continue;
    const way = wayOf(route.destination, remote, route.name);
    others.set(route, { ...way, encode: (batch) => way.encode(detour.batchFor(batch, route)) });
  }
  const ways = parcels.length === 0 ? [] : [...own, ...others.values()];
  const batches = parcels.map((parcel) => ({
    items: parcel.items,
    underWay: parcel.underWay ?? false,
    keep: () => parts.keep(parcel),
    finish: () => parts.finish(parcel),
    pieces: () => piecesOfParcel(parcel, own, others, parts),
  }));
  return {
    ways,
    batches,
    pieces: () => batches.flatMap((of) => of.pieces().map((piece) => ({ ...piece, of }))),
  };
}

type Piece = Omit<ExitPiece, 'of'>;

function piecesOfParcel<S extends Signal>(
  parcel: Parcel<S>,
  own: readonly Way<S>[],
  others: ReadonlyMap<FallbackRoute<S>, Way<S>>,
  parts: ExitParts<S>,
): Piece[] {
  const pieces: Piece[] = [];
  const open: Way<S>[] = [];
  let common = parcel;
  for (const [route, way] of others) {
    if (common.refusedBy?.has(route)) continue;
    const { taken, rest } = parts.detour?.part(common, route) ?? {};
    if (rest) pieces.push(...piecesOf(rest, own, parts));
    if (!taken) return pieces;
    common = taken;
    open.push(way);
  }
  return [...pieces, ...piecesOf(common, parts.isDown ? [...open, ...own] : [...own, ...open], parts)];
}

function wayOf<S extends Signal>(
  destination: Destination<S>,
  remote: RemoteTransport,
  fallback?: string,
): Way<S> {
  const encode = (batch: BatchOf[S]) => destination.encode(batch);
  return { remote, encode, ...(fallback === undefined ? {} : { fallback }) };
}

/** One piece, or several if it is too large for one request of the first way that takes it. */
function piecesOf<S extends Signal>(
  { batch, underWay = false }: Pick<Parcel<S>, 'batch' | 'underWay'>,
  ways: readonly Way<S>[],
  parts: ExitParts<S>,
): Piece[] {
  const bodies: ExitPiece['ways'][number][] = [];
  for (const way of ways) {
    const body = tryEncode(way, batch);
    const halves = body === 'too large' && bodies.length === 0 ? parts.halve(batch) : undefined;
    if (halves) return halves.flatMap((half) => piecesOf({ batch: half, underWay }, ways, parts));
    if (typeof body === 'object') bodies.push({ way, body });
  }
  return [{ items: parts.count(batch), ways: bodies, underWay }];
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
