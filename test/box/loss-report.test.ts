import { lossReport, spoolReport } from '../../src/box/loss-report.ts';

const books = {
  destination: 'otlp',
  signal: 'traces',
  accepted: 10,
  recovered: 0,
  delivered: 10,
  rejected: 0,
  dropped: {},
  spooled: 0,
  fallback: {},
  inMemory: 0,
  inFlight: 0,
  capacity: 100,
  bytesInMemory: 0,
  retries: 3,
  breaker: 'closed',
  degraded: false,
} as const;

test('nothing lost is nothing said', () => {
  expect(lossReport([])).toBeUndefined();
  expect(lossReport([books])).toBeUndefined();
});

test('what was sent without an answer is not called lost', () => {
  expect(lossReport([{ ...books, delivered: 0, dropped: { unconfirmed: 10 } }])).toBe(
    'sent, but not confirmed before the process ended: 10 of 10 spans to otlp',
  );
  expect(lossReport([{ ...books, delivered: 7, dropped: { exit: 1, unconfirmed: 2 } }])).toBe(
    'lost in this process: 1 of 10 spans to otlp (exit 1). sent, but not confirmed before the process ended: 2 of 10 spans to otlp',
  );
});

test('what is lost is one line, by destination, signal and reason', () => {
  const traces = { ...books, delivered: 3, rejected: 2, dropped: { queue_full: 4, exit: 1 } };
  const logs = {
    ...books,
    signal: 'logs',
    destination: 'file',
    accepted: 5,
    dropped: { shutdown: 5 },
  } as const;
  expect(lossReport([traces, books, logs])).toBe(
    'lost in this process: 7 of 10 spans to otlp (rejected 2, queue_full 4, exit 1); 5 of 5 log records to file (shutdown 5)',
  );
});

test('what is on disk is not lost, and is said apart', () => {
  expect([lossReport([books]), spoolReport([books])]).toEqual([undefined, undefined]);
  const spooled = { ...books, delivered: 7, spooled: 3 };
  expect(lossReport([spooled])).toBeUndefined();
  expect(spoolReport([spooled, { ...spooled, signal: 'logs', destination: 'otlp/eu' }])).toBe(
    'kept on disk for the next process: 3 spans to otlp, 3 log records to otlp/eu',
  );
});
