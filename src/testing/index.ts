export type { MetricPoint } from './metric-points.ts';
export { SeededIdGenerator, SeededRandom } from './random.ts';
export type { SimulatedShape, SimulatorOptions } from './simulator.ts';
export { SIMULATED_SHAPES, TraceSimulator } from './simulator.ts';
export type { Approximately, Expected, StatusName } from './span-assertions.ts';
export { approximately, SpanAssertions } from './span-assertions.ts';
export { formatSpans } from './span-tree.ts';
export type { TestBox, TestBoxOptions } from './test-box.ts';
export { createTestBox } from './test-box.ts';
