/** `validateCollectorConfig` tells valid configurations from invalid ones, with the processors that documents recommend. */
import { describeWith, validateCollectorConfig } from './index.ts';

const config = (processor: string, settings: unknown) => ({
  receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:0' } } } },
  processors: { [processor]: settings },
  exporters: { debug: {} },
  service: { pipelines: { traces: { receivers: ['otlp'], processors: [processor], exporters: ['debug'] } } },
});

describeWith('collector', 'otelcol validate', () => {
  test.each<[string, unknown]>([
    [
      'tail_sampling',
      {
        decision_wait: '10s',
        policies: [
          { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
          { name: 'some', type: 'probabilistic', probabilistic: { sampling_percentage: 10 } },
        ],
      },
    ],
    ['redaction', { allow_all_keys: true, blocked_values: ['4[0-9]{12}'], summary: 'info' }],
  ])('accepts %s', async (processor, settings) => {
    expect(await validateCollectorConfig(config(processor, settings))).toBeUndefined();
  });

  test.each<[string, unknown, RegExp]>([
    ['tail_sampling', { decision_wayt: '10s' }, /decision_wayt/],
    ['redaction', { allow_every_key: true }, /allow_every_key/],
    ['no_such_processor', {}, /no_such_processor/],
  ])('refuses %s with a mistake and says which', async (processor, settings, reason) => {
    expect(await validateCollectorConfig(config(processor, settings))).toMatch(reason);
  });

  test('reads YAML too', async () => {
    expect(await validateCollectorConfig('receivers: [')).toBeDefined();
  });
});
