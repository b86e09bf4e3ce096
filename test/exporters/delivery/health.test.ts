import { DestinationHealth, repeatsHealth } from '../../../exporters/index.ts';
import { testHost } from '../support/host.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const status = (code: number) => Object.assign(new Error('text'), { code });

function started() {
  const { host, lines, time } = testHost();
  return { health: new DestinationHealth('otlp', host, 'grpc to c:4317'), lines, time };
}

test('one line when it starts failing, one when it is over, nothing in between', () => {
  const { health, lines, time } = started();
  health.succeeded('traces');
  expect(lines).toEqual([]);
  health.failed('traces', 5, refused());
  health.failed('traces', 7, status(503));
  health.failed('logs', 3, refused());
  expect(lines).toEqual([
    'warn otlp (grpc to c:4317): export of traces fails: connection refused (is the backend running, and is the address right?). Telemetry is lost until this is over',
  ]);
  expect([health.isFailing(), health.isFailing('logs'), health.isFailing('metrics')]).toEqual([
    true,
    true,
    false,
  ]);
  time.now += 32_000;
  health.succeeded('traces');
  expect(lines).toHaveLength(1);
  health.succeeded('logs');
  health.succeeded('logs');
  expect(lines.slice(1)).toEqual([
    'info otlp (grpc to c:4317): export of traces, logs works again after 32 s. Lost meanwhile: 12 spans, 3 log records',
  ]);
  expect(health.isFailing()).toBe(false);
});

test('a signal that fails for another reason has lines of its own', () => {
  const { health, lines } = started();
  health.failed('logs', 1, status(404));
  health.failed('traces', 2, refused());
  health.succeeded('traces');
  expect(lines.map((line) => line.split(': ')[1])).toEqual([
    'export of logs fails',
    'export of traces fails',
    'export of traces works again after 0 s. Lost meanwhile',
  ]);
  expect(health.isFailing('logs')).toBe(true);
});

test('it begins anew after a recovery', () => {
  const { health, lines } = started();
  for (let round = 0; round < 2; round++) {
    health.failed('traces', 1, refused());
    health.succeeded('traces');
  }
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info', 'warn', 'info']);
  expect(lines[3]).toContain('Lost meanwhile: 1 spans');
});

test('it knows the errors that it has reported, and those alone', () => {
  const { health } = started();
  const error = refused();
  health.failed('metrics', 1, error);
  const ofReader = (inner: unknown) =>
    new Error(`PeriodicExportingMetricReader: metrics export failed (error ${inner})`);
  expect(health.wasReported(error)).toBe(true);
  expect(health.wasReported(ofReader(error))).toBe(true);
  expect(health.wasReported(refused())).toBe(false);
  expect(health.wasReported(ofReader('other'))).toBe(false);
  expect(health.wasReported('text')).toBe(false);
  expect(started().health.wasReported(error)).toBe(false);
});

test('lines of the SDK that only repeat it are known', () => {
  expect(repeatsHealth('Export failed after maximum retry attempts (5).')).toBe(true);
  expect(repeatsHealth('Received Partial Success response:')).toBe(false);
});
