export type { SpoolCodec } from './codec.ts';
export type { SpoolMode, SpoolOptions } from './options.ts';
export type { Hold } from './segment.ts';
export { Spool, type SpoolStats } from './spool.ts';
export { type SpoolDropReason, SpoolStream } from './stream.ts';
