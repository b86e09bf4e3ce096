export { createSpool } from './create-spool.ts';
export { createExitTransport } from './exit-transport.ts';
export { otlpExporter } from './otlp.ts';
export type { OtlpSettings, SignalSettings } from './settings.ts';
export { otlpSpoolCodec } from './spool-codec.ts';
export type { OtlpTransportOptions } from './transport.ts';
