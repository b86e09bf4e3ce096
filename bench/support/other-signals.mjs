import { TraceFlags, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';

const resource = resourceFromAttributes({ 'service.name': 'checkout', 'service.version': '1.2.3' });
const scope = { name: 'checkout', version: '1.0.0' };

/** Log records of requests, as an exporter gets them from the SDK. */
export function logRecords(count) {
  return Array.from({ length: count }, (_, index) => ({
    hrTime: [1_790_000_000, 123_456_789 + index],
    hrTimeObserved: [1_790_000_000, 123_456_999 + index],
    severityNumber: 9,
    severityText: 'INFO',
    body: `order ${4_711 + index} was accepted after a check of ${index % 7} items`,
    attributes: { 'order.id': 4_711 + index, 'customer.tier': 'gold', 'http.route': '/orders/:id' },
    droppedAttributesCount: 0,
    spanContext: {
      traceId: '640cfd8d00000000abcdefab12345678',
      spanId: '00f067aa0ba902b7',
      traceFlags: TraceFlags.SAMPLED,
    },
    resource,
    instrumentationScope: scope,
  }));
}

/** One metric with so many series. */
export function metricsOf(kind, count) {
  const isCounter = kind === 'counter';
  const boundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];
  const histogram = (index) => ({
    buckets: { boundaries, counts: boundaries.concat(0).map((_, bucket) => (bucket * index) % 11) },
    count: 80,
    sum: 1_234.5,
    min: 0.5,
    max: 900,
  });
  const metric = {
    descriptor: {
      name: isCounter ? 'orders' : 'http.server.request.duration',
      description: 'What is counted.',
      unit: isCounter ? '1' : 'ms',
      valueType: isCounter ? ValueType.INT : ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: isCounter ? DataPointType.SUM : DataPointType.HISTOGRAM,
    isMonotonic: true,
    dataPoints: Array.from({ length: count }, (_, index) => ({
      startTime: [1_790_000_000, 0],
      endTime: [1_790_000_060, 0],
      attributes: {
        'http.request.method': 'GET',
        'http.route': `/r/${index % 16}`,
        'http.response.status_code': 200 + (index >> 4),
      },
      value: isCounter ? 100 + index : histogram(index),
    })),
  };
  return { resource, scopeMetrics: [{ scope, metrics: [metric] }] };
}
