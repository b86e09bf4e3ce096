import { createTestBox, TraceSimulator } from 'signalbox/testing';

const box = createTestBox();
new TraceSimulator({ tracer: box.tracerProvider.getTracer('simulator'), seed: 7 }).run(100);
box.assertSpans().isComplete();
console.log(`${box.spans().length} spans of 100 traces`);
await box.dispose();
