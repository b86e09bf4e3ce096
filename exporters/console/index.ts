export { consoleExporter } from './console.ts';
export {
  ConsoleLogRecordExporter,
  ConsoleMetricExporter,
  type ConsoleOptions,
  ConsoleSpanExporter,
  type ConsoleStream,
} from './console-exporter.ts';
