import type {
  DataPoint,
  ExponentialHistogram,
  Histogram,
  MetricData,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Style } from './style.ts';
import { attributesOf, inline, serviceOf, timeOf, words } from './values.ts';

type Point = DataPoint<number | Histogram | ExponentialHistogram>;

/** What Signalbox counts of itself. */
const OWN = /^(otel\.sdk|signalbox)\./;

/**
 * Each data point as one line: `12:31:05.042 metric shop http.requests sum 42 {request} method=GET`. What
 * Signalbox counts of itself is left out while it is zero, as nearly all of it is.
 */
export function formatMetrics(metrics: ResourceMetrics, style: Style): string[] {
  const service = serviceOf(metrics.resource);
  const all = metrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return all.flatMap((metric) =>
    (metric.dataPoints as Point[])
      .filter(({ value }) => value !== 0 || !OWN.test(metric.descriptor.name))
      .map((point) => formatPoint(metric, point, service, style)),
  );
}

function formatPoint(metric: MetricData, point: Point, service: string, style: Style): string {
  const { name, unit } = metric.descriptor;
  return words(
    style.dim(timeOf(point.endTime)),
    style.cyan('metric'),
    service,
    style.bold(inline(name, 80)),
    kindOf(metric, point),
    typeof point.value === 'number' ? roundedNumber(point.value) : summaryOf(point.value),
    unit ? style.dim(inline(unit)) : '',
    attributesOf(point.attributes),
  );
}

function kindOf(metric: MetricData, { value }: Point): string {
  if (typeof value !== 'number') return 'histogram';
  return 'isMonotonic' in metric ? 'sum' : 'gauge';
}

function summaryOf({ count, sum, min, max }: Histogram | ExponentialHistogram): string {
  const average = sum === undefined || count === 0 ? undefined : sum / count;
  const part = (name: string, value: number | undefined) =>
    value === undefined ? '' : `${name}=${roundedNumber(value)}`;
  return words(`count=${count}`, part('avg', average), part('min', min), part('max', max));
}

/** At most six significant digits. */
function roundedNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
