export { dogStatsDUrl } from './address.ts';
export { DogStatsDMetricExporter, type DogStatsDMetricExporterOptions } from './metric-exporter.ts';
export type { Origin } from './tags.ts';
