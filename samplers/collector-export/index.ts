export { type CollectorExport, type CollectorOptions, exportCollector } from './collector-config.ts';
export { type Finding, toPolicies } from './collector-export.ts';
