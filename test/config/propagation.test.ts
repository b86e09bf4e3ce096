import { load } from './stand-ins.ts';

const both = (...names: string[]) => ({ extract: names, inject: names });

test.each([
  [{}, both('datadog', 'tracecontext', 'baggage')],
  [{ OTEL_PROPAGATORS: 'TraceContext,DATADOG,B3' }, both('tracecontext', 'datadog', 'b3')],
  [{ OTEL_PROPAGATORS: 'none' }, both()],
  [{ DD_TRACE_PROPAGATION_STYLE: 'b3 single header,B3multi' }, both('b3', 'b3multi')],
  [
    { DD_TRACE_PROPAGATION_STYLE: 'datadog', DD_TRACE_PROPAGATION_STYLE_INJECT: 'tracecontext' },
    { extract: ['datadog'], inject: ['tracecontext'] },
  ],
  [
    { OTEL_PROPAGATORS: 'b3', DD_TRACE_PROPAGATION_STYLE_EXTRACT: 'none' },
    { extract: [], inject: ['b3'] },
  ],
])('%j is read without complaint', (env, expected) => {
  const { config, lines } = load(env);
  expect(lines).toEqual([]);
  expect(config.propagation).toMatchObject(expected);
});

test('unknown names are reported and the rest stays; what is in both directions is created once', () => {
  const { config, lines } = load({ OTEL_PROPAGATORS: 'jaeger,tracecontext,baggage' });
  expect(lines).toEqual([expect.stringMatching(/^OTEL_PROPAGATORS: "jaeger" is not a known propagator\./)]);
  expect(config.propagation).toMatchObject(both('tracecontext', 'baggage'));
  expect(config.propagators.map(({ name }) => name)).toEqual(['tracecontext', 'baggage']);
});

test('none counts only alone', () => {
  const { config, lines } = load({ DD_TRACE_PROPAGATION_STYLE: 'none,datadog' });
  expect(lines).toEqual([
    'DD_TRACE_PROPAGATION_STYLE: "none" stands beside other names. Ignoring it. [CFG011]',
  ]);
  expect(config.propagation).toMatchObject(both('datadog'));
});

test('Datadog’s variable wins over OpenTelemetry’s, and a contradiction is said', () => {
  const { config, lines } = load({ DD_TRACE_PROPAGATION_STYLE: 'datadog', OTEL_PROPAGATORS: 'b3' });
  expect(lines).toEqual([
    'DD_TRACE_PROPAGATION_STYLE: "datadog" contradicts OTEL_PROPAGATORS "b3". Using datadog. [CFG011]',
  ]);
  expect(config.propagation).toMatchObject(both('datadog'));
});

test('the other settings', () => {
  expect(load().config.propagation).toMatchObject({
    extractFirst: false,
    behavior: 'continue',
    traceId128: true,
    baggageTagKeys: ['user.id', 'session.id', 'account.id'],
  });
  const { config, lines } = load({
    DD_TRACE_PROPAGATION_EXTRACT_FIRST: 'true',
    DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT: 'RESTART',
    DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED: 'false',
    DD_TRACE_BAGGAGE_TAG_KEYS: 'none',
    DD_TRACE_BAGGAGE_MAX_ITEMS: '180',
    DD_TRACE_BAGGAGE_MAX_BYTES: '100',
    DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH: '0',
    DD_TRACE_LEGACY_BAGGAGE_ENABLED: 'false',
  });
  expect(lines).toEqual([]);
  expect(config.propagation).toMatchObject({
    extractFirst: true,
    behavior: 'restart',
    traceId128: false,
    baggageTagKeys: [],
  });
  expect(config.propagators).toEqual([
    { name: 'datadog', settings: { maxTagsLength: 0, legacyBaggage: false } },
    { name: 'tracecontext', settings: undefined },
    { name: 'baggage', settings: { maxItems: 180, maxBytes: 100 } },
  ]);
});
