import { Breaker, type Permit } from '../../../exporters/index.ts';

function breaker(threshold = 3) {
  const time = { now: 0 };
  const subject = new Breaker({ threshold, reset: 10_000, monotonic: () => time.now, random: () => 1 });
  const acquire = (): Permit => {
    const permit = subject.acquire();
    if (!permit) throw new Error('no leave');
    return permit;
  };
  const fail = (times: number): void => {
    for (let index = 0; index < times; index++) subject.failed(acquire());
  };
  return { subject, time, acquire, fail };
}

test('opens at the threshold and lets one probe go after the pause', () => {
  const { subject, time, fail, acquire } = breaker();
  fail(2);
  expect(subject.state).toBe('closed');
  fail(1);
  expect(subject.state).toBe('open');
  time.now = 9_999;
  expect(subject.acquire()).toBeUndefined();
  time.now = 10_000;
  const probe = acquire();
  expect(probe.isProbe).toBe(true);
  expect(subject.acquire()).toBeUndefined();
  subject.succeeded(probe);
  expect(subject.state).toBe('closed');
  fail(2);
  expect(subject.state).toBe('closed');
});

test('opens when every second request fails, not only when all do', () => {
  const { subject, acquire, fail } = breaker();
  for (let index = 0; index < 2; index++) {
    fail(1);
    subject.succeeded(acquire());
  }
  fail(1);
  expect(subject.state).toBe('open');
});

test('stays closed below that, and forgets failures of long ago', () => {
  const { subject, acquire, fail, time } = breaker();
  for (let index = 0; index < 50; index++) {
    fail(1);
    for (let success = 0; success < 5; success++) subject.succeeded(acquire());
  }
  expect(subject.state).toBe('closed');
  const other = breaker();
  other.fail(2);
  other.time.now = 120_000;
  other.fail(1);
  expect(other.subject.state).toBe('closed');
  expect(time.now).toBe(0);
});

test.each([
  [0, 10_000],
  [0.5, 6_000],
  [1, 2_000],
  [1.2, 2_000],
])('the fuller the queue, the sooner it probes: %d full, %d ms', (fill, pause) => {
  const time = { now: 0 };
  const options = { threshold: 1, reset: 10_000, fill: () => fill, random: () => 1 };
  const subject = new Breaker({ ...options, monotonic: () => time.now });
  subject.failed(subject.acquire() as Permit);
  expect(subject.notBefore).toBeCloseTo(pause);
  // What the server asks for holds all the same.
  time.now = pause;
  subject.failed(subject.acquire() as Permit, 30_000);
  expect(subject.notBefore).toBe(pause + 30_000);
});

test('pauses as long after each failed probe, so that a backend that comes and goes is met', () => {
  const { subject, time, fail, acquire } = breaker();
  fail(3);
  const pauses: number[] = [];
  for (let index = 0; index < 3; index++) {
    time.now = subject.notBefore;
    subject.failed(acquire());
    pauses.push(subject.notBefore - time.now);
  }
  expect(pauses).toEqual([10_000, 10_000, 10_000]);
});

test('results from before it opened change nothing', () => {
  const { subject, fail, acquire, time } = breaker();
  const early = acquire();
  fail(3);
  subject.succeeded(early);
  subject.failed(early, 99_999);
  expect(subject.state).toBe('open');
  time.now = 10_000;
  const probe = acquire();
  subject.succeeded(early);
  expect(subject.state).toBe('half-open');
  subject.succeeded(probe);
  expect(subject.state).toBe('closed');
});

test('what the server asks for keeps it open, also from somebody in a hurry', () => {
  const { subject, acquire, time, fail } = breaker();
  subject.failed(acquire(), 60_000);
  subject.probeNow();
  time.now = 59_999;
  expect(subject.acquire()).toBeUndefined();
  time.now = 60_000;
  expect(acquire().isProbe).toBe(true);
  const hurried = breaker();
  hurried.fail(3);
  hurried.subject.probeNow();
  expect(hurried.acquire().isProbe).toBe(true);
  expect(fail).toBeDefined();
});
