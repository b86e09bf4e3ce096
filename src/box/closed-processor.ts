import { ExportResultCode } from '@opentelemetry/core';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ProcessorInstance } from '../core/index.ts';

/**
 * Processors without which nothing may leave the process, and what is said when one of them cannot
 * be created.
 */
export const ESSENTIAL: ReadonlyMap<string, string> = new Map([
  ['redaction', 'no telemetry leaves this process, because it would leave unredacted'],
]);

/** Stands where an essential processor is missing: lets nothing pass, and ends what is behind it. */
export const CLOSED: ProcessorInstance = {
  spans: (next): SpanProcessor => ({ ...endOf(next), onStart() {}, onEnd() {} }),
  logs: (next): LogRecordProcessor => ({ ...endOf(next), onEmit() {}, enabled: () => false }),
  metrics: (next): PushMetricExporter => ({
    ...endOf(next),
    selectAggregationTemporality: (type) => next.selectAggregationTemporality?.(type) ?? 0,
    export: (_metrics, resultCallback) => resultCallback({ code: ExportResultCode.SUCCESS }),
  }),
};

function endOf(next: { forceFlush(): Promise<void>; shutdown(): Promise<void> }) {
  return { forceFlush: () => next.forceFlush(), shutdown: () => next.shutdown() };
}
