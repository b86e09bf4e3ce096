import { join } from 'node:path';
import { VERSION } from '../../src/core/index.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const app = join(import.meta.dirname, 'apps', 'plenty.cjs');
type Seen = Pick<OtlpReceiver, 'spans' | 'logs' | 'requests'>;

let receiver: OtlpReceiver;
/** What arrived without any setting, and what is being looked at. */
let baseline: Seen;
let seen: Seen;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
  baseline = await run({});
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

async function run(env: Record<string, string>): Promise<Seen> {
  const fixed = { OTEL_SERVICE_NAME: 'plenty', OTEL_METRICS_EXPORTER: 'none' };
  const exit = await runApp({ app, env: { ...receiver.env, ...fixed, ...env } }).exit;
  expect(exit.code).toBe(0);
  expect(exit.stderr).not.toMatch(/\[[A-Z]{3}\d{3}\]/);
  seen = { spans: [...receiver.spans], logs: [...receiver.logs], requests: [...receiver.requests] };
  receiver.clear();
  return seen;
}

const plenty = () => seen.spans.find(({ name }) => name === 'plenty');
const resource = () => plenty()?.resource.attributes ?? {};
const log = () => seen.logs[0];
const batches = (signal: string) => seen.requests.filter((request) => request.signal === signal).length;

describe('each setting does what its page says', () => {
  test.each<[name: string, value: string, observed: () => unknown, otherwise: unknown, expected: unknown]>([
    ['DD_VERSION', '9.8.7', () => resource()['service.version'], VERSION, '9.8.7'],
    ['DD_ENV', 'staging', () => resource()['deployment.environment.name'], undefined, 'staging'],
    ['DD_TAGS', 'team:checkout', () => resource().team, undefined, 'checkout'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team=a%20b', () => resource().team, undefined, 'a b'],
    ['OTEL_NODE_RESOURCE_DETECTORS', 'none', () => 'process.pid' in resource(), true, false],
    ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '2', () => Object.keys(plenty()?.attributes ?? {}).length, 5, 2],
    ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '3', () => plenty()?.attributes.a, 'aaaaaaaaaa', 'aaa'],
    ['OTEL_ATTRIBUTE_COUNT_LIMIT', '2', () => Object.keys(plenty()?.attributes ?? {}).length, 5, 2],
    ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '3', () => log()?.attributes.a, 'aaaaaaaaaa', 'aaa'],
    ['OTEL_SPAN_EVENT_COUNT_LIMIT', '2', () => plenty()?.events.length, 5, 2],
    ['OTEL_SPAN_LINK_COUNT_LIMIT', '2', () => plenty()?.links.length, 5, 2],
    [
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      '2',
      () => Object.keys(plenty()?.events[0]?.attributes ?? {}).length,
      5,
      2,
    ],
    [
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      '2',
      () => Object.keys(plenty()?.links[0]?.attributes ?? {}).length,
      5,
      2,
    ],
    ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', '2', () => Object.keys(log()?.attributes ?? {}).length, 5, 2],
    ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', '3', () => log()?.attributes.a, 'aaaaaaaaaa', 'aaa'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '5', () => batches('traces') > 1, false, true],
    ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '5', () => batches('logs') > 1, false, true],
  ])('%s=%s', async (name, value, observed, otherwise, expected) => {
    seen = baseline;
    const before = observed();
    await run({ [name]: value });
    expect({ before, after: observed() }).toEqual({ before: otherwise, after: expected });
  });

  test.each([
    ['OTEL_BSP_SCHEDULE_DELAY', 'spans'],
    ['OTEL_BLRP_SCHEDULE_DELAY', 'logs'],
  ] as const)('%s sends %s while the application still runs', async (name, list) => {
    await using running = runApp({
      app,
      args: ['20000'],
      env: { ...receiver.env, OTEL_METRICS_EXPORTER: 'none', [name]: '20' },
    });
    await running.waitForLine(/^ready$/);
    await (list === 'spans' ? receiver.waitForSpans(10) : receiver.waitForLogs(10));
    expect(running.stdout()).not.toContain('end');
  });

  test('OTEL_METRIC_EXPORT_INTERVAL sends metrics while the application still runs', async () => {
    await using running = runApp({
      app,
      args: ['20000'],
      env: { ...receiver.env, OTEL_METRIC_EXPORT_INTERVAL: '50', OTEL_METRIC_EXPORT_TIMEOUT: '50' },
    });
    await receiver.waitForRequests(
      (requests) => requests.filter(({ signal }) => signal === 'metrics').length >= 3,
    );
    expect(running.stdout()).not.toContain('end');
  });
});
