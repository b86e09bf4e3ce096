export { dogStatsDUrl } from './address.ts';
export { ExitDogStatsD, type ExitDogStatsDSettings } from './exit-transport.ts';
export { DogStatsDMetricExporter, type DogStatsDMetricExporterOptions } from './metric-exporter.ts';
export type { Origin } from './tags.ts';
