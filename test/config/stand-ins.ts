import { BUILT_IN_PROCESSORS } from '../../processors/index.ts';
import { BUILT_IN_PROPAGATORS } from '../../propagators/index.ts';
import { BUILT_IN_SAMPLERS } from '../../samplers/index.ts';
import { type Config, type LoadInput, loadConfig } from '../../src/config/index.ts';
import {
  type AnyComponent,
  boolean,
  defineComponent,
  type EnvReader,
  formatProblem,
  keyValues,
  listOf,
  oneOf,
  path,
  type Signal,
  text,
  url,
  variable,
} from '../../src/core/index.ts';

const topic = 'OTLP';

/** Settings like those of a real exporter, so that the rules of loading are tested apart from it. */
export const OTLP = {
  endpoint: variable({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    type: url(),
    default: 'http://localhost:4318',
    topic,
    yaml: 'exporter.otlp.endpoint',
    doc: 'Where to.',
  }),
  protocol: variable({
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    type: oneOf(['grpc', 'http/protobuf', 'http/json']),
    default: 'http/protobuf',
    topic,
    yaml: 'exporter.otlp.protocol',
    doc: 'How.',
  }),
  compression: variable({
    name: 'OTEL_EXPORTER_OTLP_COMPRESSION',
    type: oneOf(['gzip', 'none']),
    default: 'none',
    topic,
    yaml: 'exporter.otlp.compression',
    doc: 'Smaller.',
  }),
  headers: variable({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    type: keyValues(),
    default: {},
    secret: true,
    topic,
    yaml: 'exporter.otlp.headers',
    doc: 'Headers.',
  }),
  insecure: variable({
    name: 'OTEL_EXPORTER_OTLP_INSECURE',
    type: boolean(),
    default: false,
    topic,
    yaml: 'exporter.otlp.tls.insecure',
    doc: 'No TLS.',
  }),
  certificate: variable({
    name: 'OTEL_EXPORTER_OTLP_CERTIFICATE',
    type: path(),
    topic,
    yaml: 'exporter.otlp.tls.ca_cert',
    doc: 'CA.',
  }),
  tokens: variable({
    name: 'OTEL_EXPORTER_OTLP_TOKENS',
    type: listOf(oneOf(['a', 'b'])),
    secret: true,
    topic,
    yaml: 'exporter.otlp.tokens',
    doc: 'A secret list.',
  }),
};

function readAll(env: EnvReader): Record<string, unknown> {
  return Object.fromEntries(Object.entries(OTLP).map(([key, setting]) => [key, env.get<unknown>(setting)]));
}

function exporter(name: string, signals?: readonly Signal[]): AnyComponent<'exporter'> {
  return defineComponent({
    kind: 'exporter',
    name,
    stability: 'stable',
    doc: `${name}.`,
    ...(signals ? { signals } : {}),
    variables: name === 'otlp' ? Object.values(OTLP) : [],
    fromEnv: name === 'otlp' ? readAll : () => undefined,
    create: () => ({ describe: () => name }),
  });
}

export const COMPONENTS: readonly AnyComponent[] = [
  exporter('otlp'),
  exporter('console'),
  exporter('prometheus', ['metrics']),
  exporter('spans-only', ['traces']),
  ...BUILT_IN_PROPAGATORS,
  ...BUILT_IN_SAMPLERS,
  ...BUILT_IN_PROCESSORS,
  defineComponent({
    kind: 'processor',
    name: 'stamp',
    stability: 'beta',
    doc: 'Stamps.',
    variables: [variable({ name: 'STAMP_COLOUR', type: text(), topic: 'Stamp', doc: 'Its colour.' })],
    fromEnv: () => undefined,
    create: () => ({}),
  }),
];

/** Loads from the environment and, if there is one, from a YAML text; problems as their lines. */
export function load(
  env: LoadInput['env'] = {},
  yaml?: string,
  rest: Partial<LoadInput> = {},
): { config: Config; lines: string[] } {
  const file = yaml === undefined ? {} : { file: { name: 'box.yaml', text: yaml } };
  const { config, problems } = loadConfig({ env, components: COMPONENTS, ...file, ...rest });
  return { config, lines: problems.map(formatProblem) };
}

/** The settings of the stand-in for the OTLP exporter, as its `fromEnv` returned them. */
export function otlpSettings(config: Config): Record<string, unknown> | undefined {
  const found = config.exporters.find(({ name }) => name === 'otlp');
  return found?.settings as Record<string, unknown> | undefined;
}
