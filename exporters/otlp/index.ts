export { otlpExporter } from './otlp.ts';
export type { OtlpSettings, SignalSettings } from './settings.ts';
export { createOtlpTransportOptions } from './transport.ts';
