export { otlpExporter } from './otlp.ts';
export type { OtlpSettings, SignalSettings } from './settings.ts';
export { createOtlpTransport, type OtlpTransportOptions } from './transport.ts';
