import type { AnyComponent } from '../src/core/index.ts';
import { consoleExporter } from './console/index.ts';
import { datadogExporter } from './datadog/index.ts';
import { fileExporter } from './file/index.ts';
import { otlpExporter } from './otlp/index.ts';
import { prometheusExporter } from './prometheus/index.ts';

/** The exporters that come with Signalbox. */
export const BUILT_IN_EXPORTERS: readonly AnyComponent<'exporter'>[] = [
  otlpExporter,
  consoleExporter,
  fileExporter,
  prometheusExporter,
  datadogExporter,
];
