export { consoleExporter } from './console.ts';
export { ExitConsole } from './console-destination.ts';
export {
  ConsoleLogRecordExporter,
  ConsoleMetricExporter,
  type ConsoleOptions,
  ConsoleSpanExporter,
  type ConsoleStream,
} from './console-exporter.ts';
