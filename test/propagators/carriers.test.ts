import { execFileSync } from 'node:child_process';
import { context, defaultTextMapGetter, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { extract, inject } from '../../propagators/index.ts';
import { fromEnv } from './support/propagators.ts';

const TRACE = '640cfd8d00000000abcdefab12345678';
const SPAN = '1234567890123456';
const TRACEPARENT = `00-${TRACE}-${SPAN}-03`;

const active = propagation.setBaggage(
  trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: SPAN, traceFlags: 1 }),
  propagation.createBaggage({ tenant: { value: 'acme' } }),
);
const options = { context: active };
const fresh = { context: ROOT_CONTEXT };

beforeAll(() => void propagation.setGlobalPropagator(fromEnv()));
afterAll(() => void propagation.disable());

const seenIn = (carrier: Parameters<typeof extract>[0], format?: 'environment' | 'sqs') => {
  const found = extract(carrier, { ...fresh, ...(format ? { format } : {}) });
  return [
    trace.getSpanContext(found)?.traceId,
    trace.getSpanContext(found)?.spanId,
    propagation.getBaggage(found)?.getEntry('tenant')?.value,
  ];
};

test.each<[string, () => Parameters<typeof extract>[0]]>([
  ['an object', () => inject({}, options)],
  ['MCP params._meta', () => JSON.parse(JSON.stringify(inject({ progressToken: 1 }, options)))],
  ['a Map', () => inject(new Map<string, string>(), options)],
  ['Headers', () => inject(new Headers(), options)],
  ['a list of pairs', () => inject([] as [string, unknown][], options)],
  ['a list of keys and values', () => inject([{ key: 'x', value: '1' }], options)],
  [
    'Kafka’s buffers',
    () =>
      Object.fromEntries(
        Object.entries(inject({}, options)).map(([key, value]) => [key, Buffer.from(String(value))]),
      ),
  ],
  [
    'lists of buffers',
    () =>
      Object.fromEntries(
        Object.entries(inject({}, options)).map(([key, value]) => [key, [Buffer.from(String(value))]]),
      ),
  ],
  [
    'names in any case',
    () =>
      Object.fromEntries(
        Object.entries(inject({}, options)).map(([key, value]) => [key.toUpperCase(), value]),
      ),
  ],
])('%s carries a trace and baggage', (_, carrier) => {
  expect(seenIn(carrier())).toEqual([TRACE, SPAN, 'acme']);
});

test('what was there under the same name is replaced, in any case; the rest stays', () => {
  expect(inject({ Traceparent: 'old', other: '1' }, options)).toMatchObject({
    traceparent: TRACEPARENT,
    other: '1',
  });
  expect(inject({ Traceparent: 'old' }, options)).not.toHaveProperty('Traceparent');
  const pairs = inject(
    [
      ['Traceparent', 'old'],
      ['other', '1'],
    ] as [string, unknown][],
    options,
  );
  expect(pairs.filter(([name]) => /traceparent/i.test(name))).toEqual([['traceparent', TRACEPARENT]]);
  expect(pairs).toContainEqual(['other', '1']);
});

test('a child process finds its parent in the environment', () => {
  const env = inject({ PATH: '/bin' } as Record<string, string>, { ...options, format: 'environment' });
  const seen = execFileSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { env }).toString();
  const inherited = JSON.parse(seen) as Record<string, string>;
  expect(inherited).toMatchObject({ TRACEPARENT, BAGGAGE: 'tenant=acme', X_DATADOG_SAMPLING_PRIORITY: '1' });
  expect(seenIn(inherited, 'environment')).toEqual([TRACE, SPAN, 'acme']);
});

describe('SQS', () => {
  test('one attribute holds everything, and the others stay', () => {
    const attributes = inject(
      { mine: { DataType: 'String', StringValue: '1' } },
      { ...options, format: 'sqs' },
    );
    expect(Object.keys(attributes)).toEqual(['mine', '_datadog']);
    expect(seenIn(attributes, 'sqs')).toEqual([TRACE, SPAN, 'acme']);
  });

  test.each([
    [
      'Lambda',
      { _datadog: { dataType: 'String', stringValue: JSON.stringify({ traceparent: TRACEPARENT }) } },
    ],
    ['SNS in SQS', { _datadog: { Type: 'String', Value: JSON.stringify({ traceparent: TRACEPARENT }) } }],
    [
      'binary',
      {
        _datadog: {
          DataType: 'Binary',
          BinaryValue: Buffer.from(JSON.stringify({ traceparent: TRACEPARENT })),
        },
      },
    ],
    [
      'binary in Lambda',
      {
        _datadog: {
          binaryValue: Buffer.from(JSON.stringify({ traceparent: TRACEPARENT })).toString('base64'),
        },
      },
    ],
    ['by header name', { traceparent: { DataType: 'String', StringValue: TRACEPARENT } }],
  ])('the attributes as they come from %s', (_, attributes) => {
    expect(seenIn(attributes, 'sqs').slice(0, 2)).toEqual([TRACE, SPAN]);
  });
});

test.each<[unknown]>([
  [null],
  [undefined],
  [{}],
  [{ traceparent: null }],
  [{ traceparent: { nested: true } }],
  [[]],
  [[null, 1, ['traceparent']]],
  [[{ key: 1 }, {}]],
])('%j has no context and throws nothing', (carrier) => {
  for (const format of ['headers', 'environment', 'sqs'] as const) {
    expect(extract(carrier as never, { ...fresh, format })).toBe(ROOT_CONTEXT);
  }
});

test('without options the active context counts', () => {
  expect(inject({})).toEqual({});
  expect(extract({ traceparent: TRACEPARENT })).not.toBe(context.active());
  expect(defaultTextMapGetter.get(inject({}, options) as Record<string, string>, 'traceparent')).toBe(
    TRACEPARENT,
  );
});
