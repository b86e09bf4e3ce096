import { type Host, loadPart } from '../../src/core/index.ts';
import type { Spool, SpoolOptions } from '../delivery/index.ts';

/** A spool that writes OTLP. It is loaded here, because few processes have one. */
export function createSpool(options: SpoolOptions, host: Host): Spool {
  const part = loadPart<typeof import('./spool.ts')>(import.meta.url, './spool.ts');
  return new part.Spool(options, host, part.otlpSpoolCodec());
}
