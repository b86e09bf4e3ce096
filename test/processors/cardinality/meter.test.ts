import type { Attributes, ObservableResult } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MeterProviderOptions,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { CardinalityOptions } from '../../../processors/index.ts';
import { cardinalityOptions, Guards, guardMeterProvider } from '../../../processors/index.ts';

interface Rig {
  readonly meter: ReturnType<MeterProvider['getMeter']>;
  readonly overflowed: string[];
  /** Collects once and returns the points of each stream. */
  collect(): Promise<Map<string, { attributes: Attributes; value: number }[]>>;
}

function rig(
  temporality: AggregationTemporality,
  options: Partial<CardinalityOptions> = {},
  views: NonNullable<MeterProviderOptions['views']> = [],
): Rig {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const overflowed: string[] = [];
  const guards = new Guards(cardinalityOptions(options), (instrument, key) =>
    overflowed.push(`${instrument} ${key}`),
  );
  const provider = guardMeterProvider(new MeterProvider({ readers: [reader], views }), guards);
  return {
    meter: provider.getMeter('test'),
    overflowed,
    async collect() {
      exporter.reset();
      await provider.forceFlush();
      const metrics = exporter.getMetrics()[0]?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return new Map(
        metrics.map((metric) => [
          metric.descriptor.name,
          metric.dataPoints.map(({ attributes, value }) => ({
            attributes,
            value: typeof value === 'number' ? value : value.count,
          })),
        ]),
      );
    },
  };
}

const sum = (points: readonly { value: number }[] = []) =>
  points.reduce((total, { value }) => total + value, 0);
const isOverflow = ({ attributes }: { attributes: Attributes }) =>
  attributes['otel.metric.overflow'] === true;

const TEMPORALITIES = [
  ['delta', AggregationTemporality.DELTA],
  ['cumulative', AggregationTemporality.CUMULATIVE],
] as const;
const WITH_VIEWS = [
  ['without views', []],
  ['with a view of the user', [{ instrumentName: 'calls', name: 'calls.renamed' }, { instrumentName: '*' }]],
] as const;

describe.each(TEMPORALITIES)('%s metrics', (_name, temporality) => {
  it.each(WITH_VIEWS)(
    'never have more than the limit and one series, and keep their sum, %s',
    async (_views, views) => {
      const limit = 500;
      const { meter, collect } = rig(temporality, { limit, keyLimit: 1_000_000 }, [...views]);
      const counter = meter.createCounter('calls');
      let recorded = 0;
      const delivered = new Map<string, number>();
      for (let cycle = 0; cycle < 8; cycle++) {
        for (let index = 0; index < 400; index++) {
          counter.add(1, { shard: cycle * 400 + index });
          recorded++;
        }
        for (const [stream, points] of await collect()) {
          expect(points.length).toBeLessThanOrEqual(limit + 1);
          expect(points.filter(isOverflow).length).toBeLessThanOrEqual(1);
          for (const point of points.filter(isOverflow))
            expect(point.attributes).toEqual({ 'otel.metric.overflow': true });
          const before = temporality === AggregationTemporality.DELTA ? (delivered.get(stream) ?? 0) : 0;
          delivered.set(stream, before + sum(points));
        }
      }
      expect([...delivered.values()]).toEqual(
        Array.from({ length: Math.max(1, views.length) }, () => recorded),
      );
    },
  );

  it('keep to the limit with every kind of instrument', async () => {
    const { meter, collect } = rig(temporality, { limit: 10 });
    const observe = (result: ObservableResult) => {
      for (let index = 0; index < 50; index++) result.observe(1, { shard: index });
    };
    meter.createObservableCounter('observed').addCallback(observe);
    meter.createObservableUpDownCounter('observed.updown').addCallback(observe);
    const batched = meter.createObservableCounter('batched');
    meter.addBatchObservableCallback(
      (result) => {
        for (let index = 0; index < 50; index++) result.observe(batched, 1, { shard: index });
      },
      [batched],
    );
    for (let index = 0; index < 50; index++) {
      meter.createUpDownCounter('updown').add(1, { shard: index });
      meter.createHistogram('histogram').record(1, { shard: index });
    }
    const streams = await collect();
    for (const name of ['observed', 'observed.updown', 'batched', 'updown', 'histogram']) {
      expect([name, streams.get(name)?.length, sum(streams.get(name))]).toEqual([name, 11, 50]);
    }
  });
});

describe('attributes of metrics', () => {
  const only = async (options: Partial<CardinalityOptions>, record: readonly Attributes[]) => {
    const { meter, collect, overflowed } = rig(AggregationTemporality.CUMULATIVE, options);
    const counter = meter.createCounter('calls');
    for (const attributes of record) counter.add(1, attributes);
    return { points: (await collect()).get('calls') ?? [], overflowed };
  };

  it('are one series in any order', async () => {
    const { points } = await only({}, [
      { a: 1, b: 'x' },
      { b: 'x', a: 1 },
      { a: '1', b: 'x' },
    ]);
    expect(points).toEqual([
      { attributes: { a: 1, b: 'x' }, value: 2 },
      { attributes: { a: '1', b: 'x' }, value: 1 },
    ]);
  });

  it('keep lists as lists', async () => {
    const { points } = await only({}, [{ a: ['x'] }, { a: ['x'] }, { a: '["x"]' }]);
    expect(points).toEqual([
      { attributes: { a: ['x'] }, value: 2 },
      { attributes: { a: '["x"]' }, value: 1 },
    ]);
  });

  it.each([
    ['gen_ai.request.model', 50, 'other'],
    ['gen_ai.agent.name', 100, 'other_agent'],
    ['gen_ai.tool.name', 200, 'other_tool'],
    ['anything', 200, 'other'],
  ])('of key %s have %i values, then %s', async (key, limit, other) => {
    const { points, overflowed } = await only(
      {},
      Array.from({ length: 300 }, (_, index) => ({ [key]: `v${index}`, env: 'prod' })),
    );
    expect(points.length).toBe(limit + 1);
    expect(points.at(-1)).toEqual({ attributes: { [key]: other, env: 'prod' }, value: 300 - limit });
    expect(overflowed).toContain(`calls ${key}`);
  });

  it('leave out ids, unless they are allowed', async () => {
    const uuid = '0f3c9f1e-6f8a-4f8c-9b4e-0a1b2c3d4e5f';
    const attributes = { 'user.id': 'ada', 'session.id': 's', trace_id: 't', thing: uuid, env: 'prod' };
    expect((await only({}, [attributes])).points).toEqual([{ attributes: { env: 'prod' }, value: 1 }]);
    expect((await only({ allowKeys: ['user.id', 'thing'] }, [attributes])).points).toEqual([
      { attributes: { 'user.id': 'ada', thing: uuid, env: 'prod' }, value: 1 },
    ]);
  });

  it('have ids in paths replaced', async () => {
    const { points } = await only({}, [
      { 'url.path': '/users/1' },
      { 'url.path': '/users/2' },
      { 'url.path': '/health' },
    ]);
    expect(points.map(({ attributes }) => attributes)).toEqual([
      { 'url.path': '/users/{id}' },
      { 'url.path': '/health' },
    ]);
  });

  it('beyond the limit of their key can be left out', async () => {
    const { points } = await only({ keyLimits: { k: 1 }, action: 'drop' }, [
      { k: 'a' },
      { k: 'b' },
      { k: 'c' },
    ]);
    expect(points).toEqual([
      { attributes: { k: 'a' }, value: 1 },
      { attributes: {}, value: 2 },
    ]);
  });

  it('take overlong values as overflow', async () => {
    const { points } = await only({}, [{ k: 'x'.repeat(1_000_000) }]);
    expect(points).toEqual([{ attributes: { k: 'other' }, value: 1 }]);
  });
});

describe('an instrument', () => {
  it('created twice has one limit', async () => {
    const { meter, collect } = rig(AggregationTemporality.CUMULATIVE, { limit: 5 });
    for (let index = 0; index < 20; index++)
      meter.createCounter(index % 2 ? 'calls' : 'Calls').add(1, { index });
    const points = [...(await collect()).values()].flat();
    expect(points.filter((point) => !isOverflow(point)).length).toBe(5);
    expect(sum(points)).toBe(20);
  });

  it('can have a limit of its own', async () => {
    const { meter, collect } = rig(AggregationTemporality.CUMULATIVE, {
      limit: 5,
      instrumentLimits: { big: 8 },
    });
    for (let index = 0; index < 20; index++) meter.createCounter('big').add(1, { index });
    expect((await collect()).get('big')?.length).toBe(9);
  });

  it('stops observing when its callback is removed', async () => {
    const { meter, collect } = rig(AggregationTemporality.CUMULATIVE);
    const observable = meter.createObservableGauge('temperature');
    let calls = 0;
    const callback = (result: ObservableResult) => {
      calls++;
      result.observe(20);
    };
    observable.addCallback(callback);
    observable.addCallback(callback);
    expect((await collect()).get('temperature')).toEqual([{ attributes: {}, value: 20 }]);
    observable.removeCallback(callback);
    await collect();
    expect(calls).toBe(1);
  });
});
