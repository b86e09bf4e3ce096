import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace';
import { type AnyComponent, defineComponent } from '../src/core/index.ts';

export * from './delivery/index.ts';
export const BUILT_IN_EXPORTERS: readonly AnyComponent<'exporter'>[] = [
  defineComponent({
    kind: 'exporter',
    name: 'otlp',
    stability: 'stable',
    doc: 'x',
    variables: [],
    fromEnv: () => undefined,
    create: () => ({ traces: () => new ConsoleSpanExporter(), describe: () => 'x' }),
  }),
];
