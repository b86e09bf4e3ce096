import { type AnyComponent, defineComponent } from '../../src/core/index.ts';
import { COMPONENTS, load, otlpSettings } from './stand-ins.ts';

const LEVELS = 'none, error, warn, info, debug, verbose, all';
const EXPORTERS = 'otlp, console, prometheus, spans-only, none';
const SAMPLERS =
  'parentbased_always_on, parentbased_always_off, parentbased_traceidratio, always_on, always_off, traceidratio, rules';

/** Every mistake is exactly one line, which shows all that is needed to put it right. */
test.each<[env: Record<string, string>, line: string]>([
  [
    { SIGNALBOX_BACKEND: 'otpl' },
    `SIGNALBOX_BACKEND: "otpl" is not a known exporter. Did you mean "otlp"? Expected: ${EXPORTERS}. Using otlp. [CFG003]`,
  ],
  [
    { OTEL_TRACES_EXPORTER: 'jaeger' },
    'OTEL_TRACES_EXPORTER: "jaeger" is not a known exporter. Expected: otlp, console, spans-only, none. Using otlp. [CFG003]',
  ],
  [
    { OTEL_TRACES_EXPORTER: 'consle,otlp' },
    'OTEL_TRACES_EXPORTER: "consle" is not a known exporter. Did you mean "console"? Expected: otlp, console, spans-only, none. Using otlp. [CFG003]',
  ],
  [
    { OTEL_LOGS_EXPORTER: 'prometheus' },
    'OTEL_LOGS_EXPORTER: "prometheus" does not carry logs. Expected: otlp, console, none. Using otlp. [CFG003]',
  ],
  [
    { OTEL_TRACES_EXPORTER: ',' },
    'OTEL_TRACES_EXPORTER: "," names nothing. Expected: comma-separated: names of exporters. Treating it as not set. [CFG001]',
  ],
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grcp' },
    'OTEL_EXPORTER_OTLP_PROTOCOL: "grcp" is not known. Did you mean "grpc"? Expected: grpc, http/protobuf, http/json. Using http/protobuf. [CFG003]',
  ],
  [
    { OTEL_BSP_MAX_QUEUE_SIZE: 'many' },
    'OTEL_BSP_MAX_QUEUE_SIZE: "many" is not a whole number. Expected: a whole number ≥ 1. Treating it as not set. [CFG001]',
  ],
  [
    { OTEL_BSP_MAX_QUEUE_SIZE: '1.5' },
    'OTEL_BSP_MAX_QUEUE_SIZE: "1.5" is not a whole number. Expected: a whole number ≥ 1. Treating it as not set. [CFG001]',
  ],
  [
    { OTEL_BSP_MAX_QUEUE_SIZE: '0' },
    'OTEL_BSP_MAX_QUEUE_SIZE: "0" is out of range. Expected: a whole number ≥ 1. Treating it as not set. [CFG002]',
  ],
  [
    { OTEL_METRIC_EXPORT_INTERVAL: '99999999999' },
    'OTEL_METRIC_EXPORT_INTERVAL: "99999999999" is out of range. Expected: a whole number of milliseconds from 1 to 2147483647. Using 60000. [CFG002]',
  ],
  [
    { OTEL_SDK_DISABLED: '1' },
    'OTEL_SDK_DISABLED: "1" is not a boolean. Expected: true or false. Using false. [CFG001]',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    'OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" does not begin with http:// or https://. Expected: a URL with http:// or https://. Using http://localhost:4318. [CFG001]',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a b' },
    'OTEL_EXPORTER_OTLP_ENDPOINT: "http://a b" is not a URL. Expected: a URL with http:// or https://. Using http://localhost:4318. [CFG001]',
  ],
  [
    { OTEL_PROPAGATORS: 'tracecontext,b4' },
    'OTEL_PROPAGATORS: "b4" is not a known propagator. Expected: datadog, tracecontext, baggage, b3, b3multi, none. Using tracecontext. [CFG003]',
  ],
  [
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    `OTEL_TRACES_SAMPLER: "sometimes" is not a known sampler. Expected: ${SAMPLERS}. Using parentbased_always_on. [CFG003]`,
  ],
  [
    { OTEL_TRACES_SAMPLER: 'sometimes', OTEL_TRACES_SAMPLER_ARG: '0.5' },
    `OTEL_TRACES_SAMPLER: "sometimes" is not a known sampler. Expected: ${SAMPLERS}. Using parentbased_always_on. [CFG003]`,
  ],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' },
    'OTEL_TRACES_SAMPLER_ARG: "1.5" is out of range. Expected: a number from 0 to 1. Using 1. [CFG002]',
  ],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' },
    'OTEL_TRACES_SAMPLER_ARG: "10%" is not a number. Expected: a number from 0 to 1. Using 1. [CFG001]',
  ],
  [
    { OTEL_TRACES_SAMPLER_ARG: '0.5' },
    'OTEL_TRACES_SAMPLER_ARG: has no effect without OTEL_TRACES_SAMPLER. Ignoring it. [CFG012]',
  ],
  [
    { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: '0.5' },
    'OTEL_TRACES_SAMPLER_ARG: has no effect, since the sampler always_on takes no argument. Ignoring it. [CFG012]',
  ],
  [
    { OTEL_LOG_LEVEL: 'WARNING' },
    `OTEL_LOG_LEVEL: "WARNING" is not known. Expected: ${LEVELS}. Using info. [CFG003]`,
  ],
  [
    { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20' },
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "20" is more than OTEL_BSP_MAX_QUEUE_SIZE. Expected: at most 10. Using 10. [CFG011]',
  ],
  [
    { OTEL_METRIC_EXPORT_INTERVAL: '10', OTEL_METRIC_EXPORT_TIMEOUT: '20' },
    'OTEL_METRIC_EXPORT_TIMEOUT: "20" is more than OTEL_METRIC_EXPORT_INTERVAL. Expected: at most 10. Using 10. [CFG011]',
  ],
  [
    { OTEL_TRACES_EXPORTER: 'otlp,none' },
    'OTEL_TRACES_EXPORTER: "none" stands beside other names. Using none. [CFG011]',
  ],
  [
    { SIGNALBOX_BACKEND: 'none,otlp' },
    'SIGNALBOX_BACKEND: "none" stands beside other names. Using none. [CFG011]',
  ],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' },
    'OTEL_RESOURCE_ATTRIBUTES: "a=1,b" is not a list of key=value pairs. Expected: key=value pairs with a comma between them. Treating it as not set. [CFG001]',
  ],
  [
    { OTEL_NODE_RESOURCE_DETECTORS: 'host,aws,dokcer' },
    'OTEL_NODE_RESOURCE_DETECTORS: "host,aws,dokcer" has "dokcer", which is not known. Expected: a comma-separated list of env, host, os, process, serviceinstance, container, aws, gcp, azure, alibaba, all, none. Using all. [CFG003]',
  ],
  [
    { DD_SERVICE: 'a', OTEL_SERVICE_NAME: 'b' },
    'DD_SERVICE: "a" contradicts OTEL_SERVICE_NAME "b". Using a. [CFG011]',
  ],
  [
    { OTEL_CONFIG_FILE: 'otel.yaml' },
    'OTEL_CONFIG_FILE: names a file of the declarative configuration, which Signalbox does not read. Expected: SIGNALBOX_CONFIG_FILE and its keys. Ignoring it. [CFG013]',
  ],
  [
    { OTEL_METRICS_EXEMPLAR_FILTER: 'always_on' },
    'OTEL_METRICS_EXEMPLAR_FILTER: is accepted, but the feature is not yet active. Ignoring it for now. [CFG009]',
  ],
])('%j is one clear line', (env, line) => {
  expect(load(env).lines).toEqual([line]);
});

test('if all propagators are unknown, the default ones are used, and each line says so', () => {
  const { config, lines } = load({ OTEL_PROPAGATORS: 'b4,w3c' });
  const used = config.propagators.map(({ name }) => name);
  expect(used).toEqual(load().config.propagators.map(({ name }) => name));
  expect(lines).toEqual([
    expect.stringMatching(`^OTEL_PROPAGATORS: "b4".*Using ${used.join(',')}. \\[CFG003\\]$`),
    expect.stringMatching(`^OTEL_PROPAGATORS: "w3c".*Using ${used.join(',')}. \\[CFG003\\]$`),
  ]);
});

test('a mistake in the backend is reported even if one signal has its own exporter', () => {
  const { config, lines } = load({ SIGNALBOX_BACKEND: 'otpl', OTEL_TRACES_EXPORTER: 'console' });
  expect(lines).toHaveLength(1);
  expect(config.signals).toEqual({ traces: ['console'], metrics: ['otlp'], logs: ['otlp'] });
});

describe('misspelt names', () => {
  test.each([
    ['OTEL_EXPORTER_OLTP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_ENDPONT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['SIGNALBOX_BACKENDS', 'SIGNALBOX_BACKEND'],
    ['OTEL_EXPORTER_TRACES', 'OTEL_TRACES_EXPORTER'],
    ['OTEL_SAMPLER_TRACES', 'OTEL_TRACES_SAMPLER'],
    ['otel_service_name', 'OTEL_SERVICE_NAME'],
    ['DD_SERVCIE', 'DD_SERVICE'],
  ])('%s means %s', (name, meant) => {
    expect(load({ [name]: 'x' }).lines).toEqual([
      `${name}: is not a known variable. Did you mean "${meant}"? Ignoring it. [CFG004]`,
    ]);
  });

  test('every unknown name of our own is reported', () => {
    expect(load({ SIGNALBOX_SOMETHING_ELSE: 'x' }).lines).toEqual([
      'SIGNALBOX_SOMETHING_ELSE: is not a known variable. Ignoring it. [CFG004]',
    ]);
  });

  test.each([
    'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS',
    'OTEL_SEMCONV_STABILITY_OPT_IN',
    'OTEL_EXPORTER_JAEGER_ENDPOINT',
    'DD_SITE',
    'DD_TRACE_DEBUG',
    'MY_SERVICE_NAME',
    'PATH',
  ])('%s belongs to somebody else', (name) => {
    expect(load({ [name]: 'x' }).lines).toEqual([]);
  });

  test('an empty one is left alone', () => {
    expect(load({ SIGNALBOX_BACKENDS: '' }).lines).toEqual([]);
  });
});

test('a component that throws while it reads its settings is left out', () => {
  const broken: AnyComponent = defineComponent({
    kind: 'exporter',
    name: 'broken',
    stability: 'experimental',
    doc: 'Throws.',
    variables: [],
    fromEnv() {
      throw new Error('no luck');
    },
    create: () => ({ describe: () => '' }),
  });
  const { config, lines } = load({ SIGNALBOX_BACKEND: 'broken,otlp' }, undefined, {
    components: [...COMPONENTS, broken],
  });
  expect(config.signals.traces).toEqual(['otlp']);
  expect(lines).toEqual([
    'exporter broken: failed to read its settings: Error: no luck. Going on without it. [CMP001]',
  ]);
});

describe('secrets', () => {
  test.each<[env: Record<string, string>, yaml: string]>([
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' }, ''],
    [{ OTEL_EXPORTER_OTLP_TOKENS: 'a,hunter2' }, ''],
    [{}, 'exporter: { otlp: { headers: hunter2 } }'],
    [{}, 'exporter: { otlp: { headers: [hunter2] } }'],
    [{}, 'exporter: { otlp: { headers: { authorization: { bearer: hunter2 } } } }'],
    [{}, 'exporter: { otlp: { tokens: [a, hunter2] } }'],
    [{}, 'exporter: { otlp: { tokens: { a: hunter2 } } }'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://user:hunter2@host' }, ''],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://host/?api_key=hunter2' }, ''],
    [{ TOKEN: 'hunter2' }, 'exporter: { otlp: { tokens: ["${TOKEN}"] } }'],
    [{}, 'exporter:\n  otlp:\n    headers:\n      authorization: "hunter2" hunter2\n'],
    [{}, 'exporter:\n  otlp:\n    headers:\n      authorization: hunter2\n      authorization: hunter2\n'],
    [{}, 'token: hunter2'],
  ])('are not shown in the line about %j %j', (env, yaml) => {
    const { lines } = load(env, yaml);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hunter2');
  });
});

test('a value cannot forge a second line', () => {
  const { lines } = load({ OTEL_LOG_LEVEL: 'x\nsignalbox: all is well\u001b[2K' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/\p{Cc}/u);
});

test('a good value is handed to the component', () => {
  const { config } = load({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x' });
  expect(otlpSettings(config)?.headers).toEqual({ authorization: 'Bearer x' });
});
