export { type OtlpEncoder, otlpEncoder } from './encode/index.ts';
export { otlpExporter } from './otlp.ts';
export type { OtlpSettings, SignalSettings } from './settings.ts';
export { createOtlpTransport, type OtlpTransportOptions } from './transport.ts';
