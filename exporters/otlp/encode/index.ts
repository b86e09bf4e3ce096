export { type OtlpEncoder, otlpEncoder } from './otlp-encoder.ts';
