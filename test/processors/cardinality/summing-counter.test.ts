import {
  type MeterProvider as ApiMeterProvider,
  type Attributes,
  context,
  ValueType,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { bindCounter, cardinalityOptions, Guards, guardMeterProvider } from '../../../processors/index.ts';

const { CUMULATIVE, DELTA } = AggregationTemporality;
const SERIES: Attributes[] = [{}, { a: 1 }, { a: 1, b: 'x' }, { b: 'x', a: 1 }, { a: 2 }];

afterEach(() => jest.restoreAllMocks());

type Step =
  | { readonly do: 'add'; readonly counter: number; readonly series: number; readonly value: number }
  | { readonly do: 'collect'; readonly reader: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      counter: fc.nat(4),
      series: fc.nat(SERIES.length - 1),
      value: fc.oneof(fc.integer({ min: -3, max: 100 }), fc.constantFrom(0.5, 2.25, 'x' as never)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('collect' as const), reader: fc.nat(1) }) },
);

/** Everything that is exported, by a cumulative and a delta reader side by side. */
async function run(steps: readonly Step[], wrap: (provider: MeterProvider) => ApiMeterProvider) {
  let time = 1_790_000_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => time);
  const exported: unknown[] = [];
  const pairs = [CUMULATIVE, DELTA].map((temporality) => {
    const exporter = new InMemoryMetricExporter(temporality);
    return {
      exporter,
      reader: new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 }),
    };
  });
  const provider = new MeterProvider({ readers: pairs.map(({ reader }) => reader) });
  const wrapped = wrap(provider);
  const meter = wrapped.getMeter('test');
  const make = () => [
    meter.createCounter('plain'),
    meter.createCounter('whole', { valueType: ValueType.INT }),
    meter.createUpDownCounter('up and down'),
    wrapped.getMeter('test').createCounter('plain'),
    bound(meter.createCounter('bound')),
  ];
  const counters = make();
  const collect = async (index: number) => {
    const pair = pairs[index];
    if (!pair) return;
    pair.exporter.reset();
    await pair.reader.forceFlush();
    const metrics = pair.exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    exported.push(
      metrics.flatMap((scope) =>
        scope.metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]),
      ),
    );
  };
  for (const one of steps) {
    time += 7;
    if (one.do === 'collect') await collect(one.reader);
    // Now and then with a Context, which may not be put off.
    else if (one.value === 3) counters[one.counter]?.add(3, SERIES[one.series], context.active());
    else counters[one.counter]?.add(one.value, SERIES[one.series]);
  }
  for (const index of [0, 1]) await collect(index);
  await provider.shutdown();
  return exported;
}

/** A counter that binds each series once. */
function bound(counter: ReturnType<ReturnType<ApiMeterProvider['getMeter']>['createCounter']>) {
  const all = new Map(SERIES.map((attributes) => [attributes, bindCounter(counter, attributes)]));
  return { add: (value: number, attributes?: Attributes) => all.get(attributes as Attributes)?.add(value) };
}

test('what is exported is what the SDK exports without it: values, start and end times, both temporalities', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const guards = new Guards(cardinalityOptions({}));
      const actual = await run(steps, (provider) => guardMeterProvider(provider, guards));
      const expected = await run(steps, (provider) => provider);
      expect(actual).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('creating a counter again and again gives the same one, which is flushed once', () => {
  const guards = new Guards(cardinalityOptions({}));
  const provider = guardMeterProvider(new MeterProvider(), guards);
  const create = () => provider.getMeter('a', '1').createCounter('calls', { unit: '1' });
  expect(create()).toBe(create());
  expect(provider.getMeter('a', '1').createCounter('calls', { unit: 's' })).not.toBe(create());
  expect(provider.getMeter('a', '2').createCounter('calls', { unit: '1' })).not.toBe(create());
  expect(provider.getMeter('a', '1').createUpDownCounter('calls', { unit: '1' })).not.toBe(create());
});

test('a bound counter keeps its attributes, and works with any counter', () => {
  const added: unknown[] = [];
  const attributes: Attributes = { a: 1 };
  const counter = bindCounter({ add: (...what: unknown[]) => void added.push(what) }, attributes);
  attributes.a = 2;
  counter.add(5);
  expect(added).toEqual([[5, { a: 1 }]]);
});
