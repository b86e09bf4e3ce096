import type * as transformer from '@opentelemetry/otlp-transformer';
import { defineComponent, integer, path, type Signal, variable } from '../../src/core/index.ts';
import type { BatchOf } from '../delivery/index.ts';
import { FileDestination } from './file-destination.ts';
import { JsonLinesExporter } from './json-lines-exporter.ts';
import { RotatingFile } from './rotating-file.ts';

const topic = 'File exporter';

const PATH = variable({
  name: 'SIGNALBOX_FILE_PATH',
  type: path(),
  own: 'address',
  default: './signalbox-telemetry.jsonl',
  topic,
  yaml: 'exporter.file.path',
  doc: 'The file that traces, metrics and logs are appended to, one OTLP JSON request per line. Its directory must exist.',
});

const MAX_BYTES = variable({
  name: 'SIGNALBOX_FILE_MAX_BYTES',
  type: integer({ min: 1 }),
  default: 64 * 1024 * 1024,
  topic,
  yaml: 'exporter.file.max_bytes',
  doc: 'Size in bytes after which a new file is begun; the full one is renamed to `<path>.1`, `<path>.2`, …',
});

const MAX_FILES = variable({
  name: 'SIGNALBOX_FILE_MAX_FILES',
  type: integer({ min: 1, max: 1_000 }),
  default: 5,
  topic,
  yaml: 'exporter.file.max_files',
  doc: 'How many files are kept, the current one included; the oldest is deleted.',
});

/** Writes OTLP JSON lines, which the Collector's `otlpjsonfile` receiver reads. */
export const fileExporter = defineComponent({
  kind: 'exporter',
  name: 'file',
  stability: 'stable',
  doc: 'Appends OTLP JSON lines to a file, with rotation.',
  variables: [PATH, MAX_BYTES, MAX_FILES],
  fromEnv: (env) => ({ path: env.get(PATH), maxBytes: env.get(MAX_BYTES), maxFiles: env.get(MAX_FILES) }),
  create(options, host) {
    // The signals share one file, so they must share its order of writes.
    const file = new RotatingFile(options);
    const serializers = () => host.load<typeof transformer>('@opentelemetry/otlp-transformer');
    const exporterOf = <S extends Signal>(serializer: unknown) => {
      const own = serializer as transformer.ISerializer<BatchOf[S], unknown>;
      const destination = new FileDestination<S>(own, file, options, host);
      return Object.assign(new JsonLinesExporter(own, file), { destination });
    };
    return {
      traces: () => exporterOf<'traces'>(serializers().JsonTraceSerializer),
      metrics: () => exporterOf<'metrics'>(serializers().JsonMetricsSerializer),
      logs: () => exporterOf<'logs'>(serializers().JsonLogsSerializer),
      describe: () => options.path,
    };
  },
});
