import { createTestBox } from 'signalbox/testing';
import { answer as myCode } from './answer.mjs';

const box = createTestBox(); // registers itself as the global SDK
await myCode();
box.spans(); // as an exporter would get them, in the order of their start
box.logs();
await box.metrics(); // every data point
console.log(box.spans().length, 'spans', (await box.metrics()).length > 0);
box.reset();
await box.dispose(); // gives the global API back
