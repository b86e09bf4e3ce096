export { type CollectorExport, type CollectorOptions, exportCollector } from './collector-config.ts';
export { type CollectorPolicies, type Finding, toPolicies } from './collector-export.ts';
