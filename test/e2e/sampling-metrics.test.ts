/** What the tail sampler says about itself, as a backend receives it. */
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const APP = join(import.meta.dirname, 'apps', 'sampling-pressure.cjs');

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
  const { stderr } = await runApp({
    app: APP,
    env: {
      ...receiver.env,
      OTEL_LOGS_EXPORTER: 'none',
      SIGNALBOX_SAMPLING_RULES: 'keep error # errors; drop # rest',
      SIGNALBOX_SAMPLING_BUFFER_SPANS: '50',
      SIGNALBOX_SAMPLING_BUFFER_TRACE_SPANS: '20',
      SIGNALBOX_SAMPLING_BUFFER_BYTES: '200000',
      SIGNALBOX_SAMPLING_BUFFER_WAIT: '500',
      SIGNALBOX_SAMPLING_BUFFER_LINGER: '100',
    },
  }).exit;
  expect(stderr.split('\n').filter((line) => / (WARN|ERROR) /.test(line))).toEqual([]);
});

afterAll(() => receiver.close());

/** The last points of a metric, by one of its attributes; `''` if it has none. */
function points(name: string, by?: string): Record<string, number> {
  const metric = receiver.metrics.findLast((candidate) => candidate.name === `signalbox.sampling.${name}`);
  expect([name, metric?.type]).toEqual([name, 'sum']);
  const sums: Record<string, number> = {};
  for (const point of metric?.points ?? []) {
    const key = by === undefined ? '' : String(point.attributes[by]);
    sums[key] = (sums[key] ?? 0) + Number('value' in point ? point.value : Number.NaN);
  }
  return sums;
}

const TRACES = 11;

test('traces by decision and by rule', () => {
  expect(points('traces', 'decision')).toEqual({ keep: 1, drop: TRACES - 1 });
  expect(points('traces', 'rule')).toEqual({ errors: 1, rest: TRACES - 1 });
});

test('spans by decision', () => {
  expect(receiver.spans.map(({ name }) => name)).toEqual(['failed']);
  // Of the long trace, 21 children and the root: once it is dropped, nothing more is recorded.
  expect(points('spans', 'decision')).toEqual({ keep: 1, drop: 1 + 22 + 60 + 1 + 2 + 1 });
});

test('decisions that were forced, by reason', () => {
  const forced = points('forced', 'reason');
  expect(Object.keys(forced).sort()).toEqual(['bytes', 'linger', 'shutdown', 'spans', 'trace_spans', 'wait']);
  expect(forced).toMatchObject({ linger: 1, trace_spans: 1, shutdown: 1 });
});

test('late spans by the decision they follow', () => {
  expect(points('late_spans', 'decision').drop).toBeGreaterThanOrEqual(1);
});

test('the buffer is empty at the end', () => {
  expect(points('buffer.spans')).toEqual({ '': 0 });
  expect(points('buffer.bytes')).toEqual({ '': 0 });
  const buffer = receiver.metrics.findLast(({ name }) => name === 'signalbox.sampling.buffer.spans');
  expect(buffer?.monotonic).toBe(false);
});

test('the age of every decision', () => {
  const ages = points('decision.age', 'le');
  expect(Object.values(ages).reduce((sum, count) => sum + count, 0)).toBe(TRACES);
  expect(ages['1000']).toBeGreaterThanOrEqual(1);
});
