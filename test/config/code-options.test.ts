import type { ConfigTree } from '../../src/config/index.ts';
import { load, otlpSettings } from './stand-ins.ts';

test('options in code have the keys of the file', () => {
  const code = {
    service: { name: 'checkout' },
    tracing: { sampler: { type: 'traceidratio', ratio: 0.5 }, exporters: ['console', 'otlp'] },
    exporter: { otlp: { headers: { authorization: 'Bearer x' } } },
    disabled: false,
    log_level: null,
    plugins: undefined,
  };
  const { config, lines } = load({}, undefined, { code });
  expect(lines).toEqual([]);
  expect(config.service.name).toBe('checkout');
  expect(config.sampler).toEqual({ name: 'traceidratio', settings: 0.5 });
  expect(config.signals.traces).toEqual(['console', 'otlp']);
  expect(otlpSettings(config)?.headers).toEqual({ authorization: 'Bearer x' });
});

test('nothing is substituted in them', () => {
  const { config } = load({ A: 'x' }, undefined, { code: { service: { name: '${A}' } } });
  expect(config.service.name).toBe('${A}');
});

const circular: { tracing?: unknown } = {};
circular.tracing = circular;

test.each<[what: string, code: unknown, line: string]>([
  [
    'an unknown key',
    { servise: { name: 'x' } },
    'start() option servise: is not a known key. Did you mean "service"? Ignoring it. [CFG007]',
  ],
  [
    'a function',
    { service: { name: () => 'x' } },
    'start() option service.name: is a function, not a value. Ignoring it. [CFG001]',
  ],
  [
    'an object in a list',
    { plugins: [{}] },
    'start() option plugins: has a map inside, not single values. Ignoring it. [CFG001]',
  ],
  [
    'a bad number',
    { shutdown_timeout_ms: Number.NaN },
    'start() option shutdown_timeout_ms: "NaN" is not a whole number of milliseconds. Expected: a whole number of milliseconds from 0 to 600000. Using 1000. [CFG001]',
  ],
  ['a circle', circular, 'start() option tracing.tracing: is not a known key. Ignoring it. [CFG007]'],
])('%s is one clear line', (_what, code, line) => {
  expect(load({}, undefined, { code: code as ConfigTree }).lines).toEqual([line]);
});
