export { type Entity, entityHeaders, readEntity } from '../datadog-agent/index.ts';
export { datadogExporter } from './component.ts';
export { type DatadogPresence, type DdTraceSigns, datadogTracer } from './dd-trace-guard.ts';
export type { Naming } from './map/resource-name.ts';
export { type SamplingOf, type SpanSampling, samplingOf } from './sampling-of.ts';
export { DatadogTraceExporter, type DatadogTraceExporterOptions } from './trace-exporter.ts';
export { reportIgnoredDatadogVariables } from './unsupported-variables.ts';
