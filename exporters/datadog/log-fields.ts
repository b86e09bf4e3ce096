import { highTraceId, type LogFields, type ServiceIdentity, toDecimalId } from '../../src/core/index.ts';

/**
 * The field `dd` by which Datadog finds the span of a log record: ids, service, environment, version.
 * The span id is a decimal number. The trace id is 32 hex digits, or a decimal number of 64 bits where
 * the upper half is zero or `hex` is false. Ids are text, since JSON numbers would lose digits.
 * Source: Datadog tracers, `DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED`; dd-trace, injection into logs.
 */
export function datadogLogFields(service: ServiceIdentity, hex: boolean): LogFields {
  const { name, version, environment } = service;
  const identity = {
    service: name,
    ...(version ? { version } : {}),
    ...(environment ? { env: environment } : {}),
  };
  return ({ traceId, spanId }) => ({
    dd: {
      trace_id: hex && highTraceId(traceId) !== undefined ? traceId : toDecimalId(traceId),
      span_id: toDecimalId(spanId),
      ...identity,
    },
  });
}
