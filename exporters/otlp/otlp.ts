import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { defineComponent, type ExporterInstance, type Host, type Signal } from '../../src/core/index.ts';
import { DestinationExporter } from '../delivery/index.ts';
import { describeOtlp } from './describe.ts';
import { OtlpDestination } from './destination.ts';
import { headerSourceOf } from './header-source.ts';
import { metricPreferences } from './metric-preferences.ts';
import { type OtlpSettings, readOtlpSettings } from './settings.ts';
import { TlsReader } from './tls.ts';
import { TlsSource } from './tls-source.ts';
import { OTLP_VARIABLES } from './variables.ts';

/** OTLP to any backend, over gRPC, http/protobuf or http/json. gRPC is loaded only if chosen. */
export const otlpExporter = defineComponent({
  kind: 'exporter',
  name: 'otlp',
  stability: 'stable',
  doc: 'Sends OTLP over gRPC, http/protobuf or http/json to a collector or any backend that takes it.',
  variables: OTLP_VARIABLES,
  fromEnv: readOtlpSettings,
  create: createOtlp,
});

function createOtlp(settings: OtlpSettings, host: Host): ExporterInstance {
  const reader = new TlsReader(host.report);
  const tls = {
    traces: new TlsSource(settings.traces.tls, reader, host),
    metrics: new TlsSource(settings.metrics.tls, reader, host),
    logs: new TlsSource(settings.logs.tls, reader, host),
  };
  const exporterOf = <S extends Signal>(signal: S): DestinationExporter<S> => {
    const own = settings[signal];
    const access = { tls: tls[signal], headers: headerSourceOf(own, host) };
    const destination = new OtlpDestination(signal, own, access, host);
    return new DestinationExporter(destination, settings[signal].timeout, host);
  };
  return {
    traces: (): SpanExporter => exporterOf('traces'),
    metrics: (): PushMetricExporter => Object.assign(exporterOf('metrics'), metricPreferences(settings)),
    logs: (): LogRecordExporter => exporterOf('logs'),
    describe: () => describeOtlp(settings),
  };
}
