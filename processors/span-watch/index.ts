export { spanWatch } from './component.ts';
export type { SpanWatchOptions, SpanWatchSettings } from './options.ts';
export { SpanWatchProcessor } from './span-watch-processor.ts';
