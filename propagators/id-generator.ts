import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { PooledIdGenerator } from '../src/core/index.ts';

/**
 * Ids for new traces: 128 random bits, or the low 64 only for fleets whose oldest tracers know no
 * more (DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED=false). Inbound ids keep the length they have.
 */
export function createIdGenerator(config: { readonly traceId128: boolean }): IdGenerator {
  return new PooledIdGenerator(config);
}
