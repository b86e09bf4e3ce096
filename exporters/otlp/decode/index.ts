export { readLogs } from './logs.ts';
export { readMetrics } from './metrics.ts';
export { Origins } from './origins.ts';
export { readSpans } from './spans.ts';
