export { BUFFER_DEFAULTS, type BufferLimits, type TailSamplingOptions } from './options.ts';
export { type ForcedReason, TailSamplingProcessor } from './tail-sampling-processor.ts';
