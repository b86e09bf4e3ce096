import { describeConfig } from '../../src/config/index.ts';
import { COMPONENTS } from './stand-ins.ts';

function describeBy(env: Record<string, string>, text = '', code = {}) {
  const input = { env, components: COMPONENTS, file: { name: 'box.yaml', text }, code };
  return new Map(describeConfig(input).map((setting) => [setting.name, setting]));
}

test('every setting is listed with its value and where this came from', () => {
  const settings = describeBy(
    { OTEL_LOG_LEVEL: 'WARN', OTEL_BSP_MAX_QUEUE_SIZE: 'lots' },
    'service:\n  name: checkout\n',
    { strict: true },
  );
  expect(settings.get('OTEL_LOG_LEVEL')).toMatchObject({
    value: 'warn',
    origin: 'env',
    source: 'OTEL_LOG_LEVEL',
    yaml: 'log_level',
    topic: 'General',
  });
  expect(settings.get('OTEL_SERVICE_NAME')).toMatchObject({
    value: 'checkout',
    origin: 'file',
    source: 'box.yaml:2 service.name',
  });
  expect(settings.get('SIGNALBOX_STRICT')).toMatchObject({
    value: 'true',
    origin: 'code',
    source: 'start() option strict',
  });
  expect(settings.get('OTEL_BSP_MAX_EXPORT_BATCH_SIZE')).toMatchObject({ value: '512', origin: 'default' });
  expect(settings.get('DD_ENV')).toEqual({
    name: 'DD_ENV',
    yaml: 'service.environment',
    topic: 'Identity',
    origin: 'default',
  });
});

test('an alias is named as the source', () => {
  expect(
    describeBy({ OTEL_ATTRIBUTE_COUNT_LIMIT: '9' }).get('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'),
  ).toMatchObject({
    value: '9',
    source: 'OTEL_ATTRIBUTE_COUNT_LIMIT',
  });
});

test('secrets are masked, wherever they come from', () => {
  const env = describeBy({
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:hunter2@collector/?api-key=hunter2',
  });
  const file = describeBy({}, 'exporter: { otlp: { headers: { authorization: hunter2 }, tokens: [a] } }');
  expect(JSON.stringify([...env.values(), ...file.values()])).not.toContain('hunter2');
  expect(env.get('OTEL_EXPORTER_OTLP_HEADERS')?.value).toBe('****');
  expect(env.get('OTEL_EXPORTER_OTLP_ENDPOINT')?.value).toBe('https://****@collector/?api-key=****');
  expect(file.get('OTEL_EXPORTER_OTLP_TOKENS')?.value).toBe('****');
});
