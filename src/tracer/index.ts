export { EarlyTracerProvider } from './early-tracer-provider.ts';
export { LeanTracerProvider } from './lean-tracer-provider.ts';
