export { RecordOrder } from './record-order.ts';
export { SpanOrder } from './span-order.ts';
