import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { ZERO_ID } from '../src/core/index.ts';

/**
 * Ids for new traces: 128 random bits, or the low 64 only for fleets whose oldest tracers know no
 * more (DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED=false). Inbound ids keep the length they have.
 */
export function createIdGenerator(config: { readonly traceId128: boolean }): IdGenerator {
  const random = new RandomIdGenerator();
  if (config.traceId128) return random;
  return {
    generateTraceId: () => ZERO_ID + random.generateSpanId(),
    generateSpanId: () => random.generateSpanId(),
  };
}
