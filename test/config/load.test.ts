import type { Config } from '../../src/config/index.ts';
import { load, otlpSettings } from './stand-ins.ts';

test('an empty environment gives every default and no problem', () => {
  const { config, lines } = load();
  expect(lines).toEqual([]);
  expect(config).toMatchObject({
    enabled: true,
    strict: false,
    logLevel: 'info',
    shutdownTimeout: 1_000,
    service: {},
    signals: { traces: ['otlp'], metrics: ['otlp'], logs: ['otlp'] },
    batch: {
      spans: { queueSize: 150_000, batchSize: 512, delay: 5_000, timeout: 30_000 },
      logs: { queueSize: 150_000, batchSize: 512, delay: 1_000, timeout: 30_000 },
    },
    delivery: {
      queueItems: 150_000,
      queueBytes: 64 * 1024 * 1024,
      whenFull: 'newest',
      breakerThreshold: 5,
      breakerReset: 5_000,
      shutdownTimeout: 1_000,
    },
    metrics: { interval: 60_000, timeout: 30_000 },
    sampler: { name: 'parentbased_always_on' },
    processors: expect.arrayContaining([expect.objectContaining({ name: 'stamp' })]),
    instrumentations: { disabled: [] },
  });
  expect(config.propagators.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['tracecontext', 'baggage']),
  );
  expect(config.limits.span).toMatchObject({
    attributeCountLimit: undefined,
    eventCountLimit: 128,
    attributeValueLengthLimit: undefined,
  });
});

test('the configuration is frozen, down to the settings of components', () => {
  const { config } = load({ OTEL_EXPORTER_OTLP_HEADERS: 'a=b' });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.batch.spans)).toBe(true);
  expect(Object.isFrozen(otlpSettings(config)?.headers)).toBe(true);
});

type Row = [env: Record<string, string>, read: (config: Config) => unknown, expected: unknown];

test.each<Row>([
  // Agent Observability of Datadog: said only where Datadog may read it, or on request.
  [{}, ({ resource }) => resource.attributes.dd_llmobs_enabled, undefined],
  [{ DD_LLMOBS_ENABLED: '1' }, ({ resource }) => resource.attributes.dd_llmobs_enabled, 'true'],
  // Empty counts as not set.
  [{ OTEL_SDK_DISABLED: '' }, (config) => config.enabled, true],
  [{ OTEL_LOG_LEVEL: '   ' }, (config) => config.logLevel, 'info'],
  [{ SIGNALBOX_BACKEND: '' }, (config) => config.signals.traces, ['otlp']],
  // Booleans: only `true`, in any case.
  [{ OTEL_SDK_DISABLED: 'TRUE' }, (config) => config.enabled, false],
  [{ OTEL_SDK_DISABLED: 'False' }, (config) => config.enabled, true],
  // Words in any case.
  [{ OTEL_LOG_LEVEL: 'DEBUG' }, (config) => config.logLevel, 'debug'],
  [{ SIGNALBOX_BACKEND: ' Console ' }, (config) => config.signals.logs, ['console']],
  [{ OTEL_TRACES_SAMPLER: 'ALWAYS_OFF' }, (config) => config.sampler.name, 'always_off'],
  [
    { OTEL_TRACES_SAMPLER: 'parent_based_always_off' },
    (config) => config.sampler.name,
    'parentbased_always_off',
  ],
  // Per signal beats general.
  [
    { SIGNALBOX_BACKEND: 'console', OTEL_TRACES_EXPORTER: 'otlp' },
    (config) => config.signals,
    { traces: ['otlp'], metrics: ['console'], logs: ['console'] },
  ],
  [{ OTEL_METRICS_EXPORTER: 'none' }, (config) => config.signals.metrics, []],
  [{ OTEL_METRICS_EXPORTER: 'prometheus,otlp' }, (config) => config.signals.metrics, ['prometheus', 'otlp']],
  // A backend serves the signals it can carry.
  [
    { SIGNALBOX_BACKEND: 'spans-only,console' },
    (config) => config.signals,
    { traces: ['spans-only', 'console'], metrics: ['console'], logs: ['console'] },
  ],
  // Each once.
  [{ SIGNALBOX_BACKEND: 'otlp,OTLP,console,otlp' }, (config) => config.signals.traces, ['otlp', 'console']],
  [
    { OTEL_PROPAGATORS: 'b3, B3,tracecontext,b3' },
    (config) => config.propagators.map(({ name }) => name),
    ['b3', 'tracecontext'],
  ],
  [{ OTEL_PROPAGATORS: 'none' }, (config) => config.propagators, []],
  // Numbers.
  [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, (config) => config.batch.spans.delay, 0],
  [{ OTEL_BSP_EXPORT_TIMEOUT: '0' }, (config) => config.batch.spans.timeout, 2_147_483_647],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.25' },
    (config) => config.sampler.settings,
    0.25,
  ],
  // A default that another setting limits is no mistake.
  [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, (config) => config.batch.spans.batchSize, 100],
  [{ OTEL_METRIC_EXPORT_INTERVAL: '1000' }, (config) => config.metrics.timeout, 1_000],
  // General limits stand in for those of a signal.
  [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '7' }, (config) => config.limits.log.attributeCountLimit, 7],
  [
    { OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '8' },
    (config) => [config.limits.span.attributeCountLimit, config.limits.log.attributeCountLimit],
    [8, 7],
  ],
  // Lists.
  [
    { OTEL_NODE_ENABLED_INSTRUMENTATIONS: ' http , ,undici,' },
    (config) => config.instrumentations.enabled,
    ['http', 'undici'],
  ],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb, region = eu' },
    (config) => config.resource.attributes,
    { team: 'a,b', region: 'eu' },
  ],
  [{ DD_TAGS: 'team:a region:eu' }, (config) => config.resource.attributes, { team: 'a', region: 'eu' }],
])('%j is read by the rules of the specification', (env, read, expected) => {
  const { config, lines } = load(env);
  expect(lines).toEqual([]);
  expect(read(config)).toEqual(expected);
});

test('a component is asked for its settings once, however many signals use it', () => {
  const { config } = load({ SIGNALBOX_BACKEND: 'otlp,console' });
  expect(config.exporters.map(({ name }) => name)).toEqual(['otlp', 'console']);
});

describe('precedence', () => {
  const yaml = 'backend: console\nservice: { name: from-file }\n';

  test('the environment beats the file', () => {
    const { config } = load({ OTEL_SERVICE_NAME: 'from-env' }, yaml);
    expect([config.service.name, config.signals.logs]).toEqual(['from-env', ['console']]);
  });

  test('code beats the environment', () => {
    const code = { service: { name: 'from-code' }, backend: ['none'] };
    const { config, lines } = load({ DD_SERVICE: 'from-env', SIGNALBOX_BACKEND: 'console' }, yaml, { code });
    expect(lines).toEqual([]);
    expect([config.service.name, config.signals.traces]).toEqual(['from-code', []]);
  });

  test('a bad value in the environment leaves the place to the file', () => {
    const { config, lines } = load({ OTEL_LOG_LEVEL: 'loud' }, 'log_level: warn');
    expect(config.logLevel).toBe('warn');
    expect(lines).toEqual([expect.stringContaining('Using warn. [CFG003]')]);
  });
});

test.each<[env: Record<string, string>, yaml: string, expected: object]>([
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=attr,service.version=1' }, '', { name: 'attr', version: '1' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=attr', OTEL_SERVICE_NAME: 'own' }, '', { name: 'own' }],
  [{ DD_TAGS: 'service:tag,env:prod,version:3' }, '', { name: 'tag', version: '3', environment: 'prod' }],
  [
    { DD_SERVICE: 'dd', DD_ENV: 'prod', DD_VERSION: '2' },
    '',
    { name: 'dd', version: '2', environment: 'prod' },
  ],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.version=env' }, 'service: { version: file }', { version: 'env' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old' }, '', { environment: 'old' }],
  [{}, 'service: { version: 1.10 }', { version: '1.10' }],
])('the identity of the service from %j and "%s"', (env, yaml, expected) => {
  const { config, lines } = load(env, yaml);
  expect(lines).toEqual([]);
  expect(config.service).toEqual(expected);
});
