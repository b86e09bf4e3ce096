import { DestinationHealth, describeFailure, repeatsHealth } from '../../../exporters/index.ts';
import { StderrLog } from '../../../src/box/log.ts';
import { testHost } from '../support/host.ts';

const REFUSED = describeFailure(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));

function started() {
  const { host, lines, time } = testHost();
  return { health: new DestinationHealth('otlp', host, 'grpc to c:4317'), lines, time };
}

test('one line when it starts failing, one when it is over, nothing in between', () => {
  const { health, lines, time } = started();
  health.succeeded('traces');
  expect(lines).toEqual([]);
  health.failed('traces', REFUSED);
  health.failed('traces', '503');
  health.failed('logs', REFUSED);
  expect(lines).toEqual([
    'warn otlp (grpc to c:4317): export of traces fails: connection refused (is the backend running, and is the address right?). It waits in memory and is sent again',
  ]);
  expect([health.isFailing(), health.isFailing('logs'), health.isFailing('metrics')]).toEqual([
    true,
    true,
    false,
  ]);
  time.now += 32_000;
  health.succeeded('traces');
  expect(lines).toHaveLength(1);
  health.dropped('logs', 3);
  health.succeeded('logs');
  expect(lines.slice(1)).toEqual([
    'info otlp (grpc to c:4317): export of traces, logs works again after 32 s. Lost meanwhile: 3 log records',
  ]);
  expect(health.isFailing()).toBe(false);
});

test('different reasons are different lines', () => {
  const { health, lines } = started();
  health.failed('traces', REFUSED);
  health.failed('metrics', '400', 7);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('export of metrics fails: 400. What is refused is lost');
  health.succeeded('metrics');
  expect(lines[2]).toMatch(
    /export of metrics works again after 0 s \(outage 2\)\. Lost meanwhile: 7 metric data points$/,
  );
});

test('a queue that overflows while everything works is a line of its own', () => {
  const { health, lines } = started();
  health.dropped('traces', 1);
  expect(lines).toEqual([expect.stringContaining('spans come faster than they can be sent')]);
});

test('lines of upstream exporters about a failed export are known', () => {
  expect(repeatsHealth('Export failed after maximum retry attempts (5).')).toBe(true);
  expect(repeatsHealth('Received Partial Success response:')).toBe(false);
});

describe('a destination that flaps', () => {
  test('is a line of each kind once a minute, and never one without the other', () => {
    const { health, lines, time } = started();
    for (let second = 0; second < 300; second++) {
      health.failed('traces', '503');
      time.now += 500;
      health.succeeded('traces');
      time.now += 500;
    }
    const fails = lines.filter((line) => line.includes(' fails'));
    const works = lines.filter((line) => line.includes('works again'));
    expect(fails).toHaveLength(5);
    expect(works).toHaveLength(5);
    expect(lines.map((line) => line.includes(' fails'))).toEqual(lines.map((_, index) => index % 2 === 0));
    expect(fails[1]).toContain('export of traces fails (60 times since the last line): 503.');
  });

  test('and stays down is said when the quiet time is over', () => {
    const { health, lines, time } = started();
    health.failed('traces', '503');
    health.succeeded('traces');
    health.failed('traces', '503');
    time.now += 30_000;
    health.failed('traces', '503');
    expect(lines).toHaveLength(2);
    time.now += 31_000;
    health.failed('traces', '503');
    expect(lines).toHaveLength(3);
    time.now += 10_000;
    health.succeeded('traces');
    expect(lines[3]).toMatch(/works again after 71 s/);
  });

  test('ends each outage that was said, also on a log that writes the same line only once a minute', () => {
    const { host, time } = testHost();
    const written: string[] = [];
    const log = new StderrLog('info', host.clock, (line) => written.push(line));
    const health = new DestinationHealth('otlp', { clock: host.clock, log });
    for (const reason of ['reset', 'refused', 'reset', '503']) {
      health.failed('traces', reason);
      time.now += 100;
      health.succeeded('traces');
    }
    expect(written.map((line) => / fails: (\w+)|again after 0 s(.*?)\./.exec(line)?.slice(1))).toEqual([
      ['reset', undefined],
      [undefined, ''],
      ['refused', undefined],
      [undefined, ' (outage 2)'],
      ['503', undefined],
      [undefined, ' (outage 4)'],
    ]);
  });

  test('but another reason is said at once', () => {
    const { health, lines } = started();
    health.failed('traces', '503');
    health.succeeded('traces');
    health.failed('traces', 'the DNS');
    expect(lines[2]).toContain('fails: the DNS');
  });
});

test('the fallback is named once, and what it took when all is over', () => {
  const { health, lines } = started();
  health.diverted('traces', 'file', 1);
  expect(lines).toEqual([]);
  health.failed('traces', '503');
  health.diverted('traces', 'file', 10);
  health.diverted('traces', 'file', 5);
  health.diverted('traces', 'otlp/eu', 2);
  health.succeeded('traces');
  expect(lines.slice(1)).toEqual([
    'info otlp (grpc to c:4317): until it works again, the fallback file is used',
    'info otlp (grpc to c:4317): until it works again, the fallback otlp/eu is used',
    'info otlp (grpc to c:4317): export of traces works again after 0 s. Lost meanwhile: nothing. Gone to fallbacks: 15 items to file, 2 items to otlp/eu',
  ]);
});
