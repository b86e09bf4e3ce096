export type { MetricPoint } from './metric-points.ts';
export type { Approximately, Expected, StatusName } from './span-assertions.ts';
export { approximately, SpanAssertions } from './span-assertions.ts';
export { formatSpans } from './span-tree.ts';
export type { TestBox, TestBoxOptions } from './test-box.ts';
export { createTestBox } from './test-box.ts';
