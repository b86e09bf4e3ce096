import type { Attributes } from '@opentelemetry/api';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc, { type Arbitrary } from 'fast-check';
import type { BatchOf } from '../../../../exporters/delivery/index.ts';
import { otlpEncoder } from '../../../../exporters/otlp/encode/index.ts';
import type { Signal } from '../../../../src/core/index.ts';
import { span } from '../../../support/spans.ts';
import { decoded } from './decoded.ts';
import { logRecord } from './log-record.ts';
import { logs, metrics, spans } from './random-telemetry.ts';

interface Upstream<S extends Signal> {
  serializeRequest(batch: BatchOf[S]): Uint8Array | undefined;
}

/** Several batches in a row, since an encoder remembers what it saw. */
function expectSameMeaning<S extends Signal>(
  signal: S,
  batch: Arbitrary<BatchOf[S]>,
  upstream: Upstream<S>,
): void {
  const rounds = fc.array(batch, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(rounds, (batches) => {
      const encoder = otlpEncoder(signal);
      for (const each of batches) {
        const bytes = encoder.encode(each);
        const expected = upstream.serializeRequest(each) as Uint8Array;
        expect(decoded(signal, bytes)).toEqual(decoded(signal, expected));
        encoder.settled(bytes, true);
      }
    }),
    { numRuns: 100 },
  );
}

describe('means the same as what the serialiser of OpenTelemetry writes', () => {
  test('spans', () => expectSameMeaning('traces', spans, ProtobufTraceSerializer as Upstream<'traces'>));
  test('log records', () => expectSameMeaning('logs', logs, ProtobufLogsSerializer as Upstream<'logs'>));
  test('metrics', () => expectSameMeaning('metrics', metrics, ProtobufMetricsSerializer));
});

/** The value of the only attribute of a span, as it is sent. */
function sentValue(value: unknown): unknown {
  const batch = [span({ attributes: { it: value } })];
  const request = decoded('traces', otlpEncoder('traces').encode(batch)) as Nested;
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes[0]?.value;
}

interface Nested {
  readonly resourceSpans: { scopeSpans: { spans: { attributes: { value: unknown }[] }[] }[] }[];
}

describe('where more is kept than by the serialiser of OpenTelemetry', () => {
  test.each([
    [12n, { intValue: '12' }],
    [-(2n ** 63n), { intValue: '-9223372036854775808' }],
    [2n ** 63n - 1n, { intValue: '9223372036854775807' }],
    [2n ** 63n, { stringValue: '9223372036854775808' }],
    [[1n], { arrayValue: { values: [{ intValue: '1' }] } }],
  ])('big integer %p', (value, expected) => expect(sentValue(value)).toEqual(expected));
});

test('one name with values of changing types, some of them twice', () => {
  const values = [1, 'a', 1, 'a', true, 1, 'b', ['b'], 'b', 'a', 1.5, 1.5, 'a'];
  const batch = values.map((it) => span({ attributes: { it, more: 'x'.repeat(100) } }));
  expect(decoded('traces', otlpEncoder('traces').encode(batch))).toEqual(
    decoded('traces', ProtobufTraceSerializer.serializeRequest(batch) as Uint8Array),
  );
});

test('what a value has from its prototype is not sent', () => {
  const batch = [span({ attributes: Object.create({ inherited: 1 }) as Attributes })];
  const request = decoded('traces', otlpEncoder('traces').encode(batch)) as Nested;
  expect(request.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes).toEqual([]);
});

test('a value that contains itself is refused, and the next batch is as if it had not been', () => {
  const encoder = otlpEncoder('logs');
  const good = { ...logRecord(), body: 'fine' };
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  const alone = encoder.encode([good]);
  expect(() => encoder.encode([good, { ...logRecord(), body: loop as never }])).toThrow(RangeError);
  expect(Buffer.from(encoder.encode([good])).equals(alone)).toBe(true);
});

test('more names than are remembered are written all the same', () => {
  const encoder = otlpEncoder('traces');
  const batch = Array.from({ length: 50 }, (_, at) =>
    span({
      attributes: Object.fromEntries(Array.from({ length: 100 }, (_each, index) => [`k${at}.${index}`, at])),
    }),
  );
  for (let round = 0; round < 2; round++) {
    expect(decoded('traces', encoder.encode(batch))).toEqual(
      decoded('traces', ProtobufTraceSerializer.serializeRequest(batch) as Uint8Array),
    );
  }
});

test('bytes stay as they are until they are given back', () => {
  const encoder = otlpEncoder('logs');
  const first = encoder.encode([logRecord()]);
  const copy = Buffer.from(first);
  encoder.encode([{ ...logRecord(), body: 'another one' }]);
  expect(copy.equals(first)).toBe(true);
});
