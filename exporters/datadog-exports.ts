export {
  type DatadogPresence,
  DatadogTraceExporter,
  type DatadogTraceExporterOptions,
  type DdTraceSigns,
  datadogExporter,
  datadogTracer,
  type Entity,
  entityHeaders,
  type Naming,
  readEntity,
  reportIgnoredDatadogVariables,
  type SamplingOf,
  type SpanSampling,
  samplingOf,
} from './datadog/index.ts';
export {
  DogStatsDMetricExporter,
  type DogStatsDMetricExporterOptions,
  dogStatsDUrl,
  type Origin,
} from './dogstatsd/index.ts';
