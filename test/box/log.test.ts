import { diagLogger, StderrLog } from '../../src/box/log.ts';
import type { LogLevel } from '../../src/config/index.ts';

function createLog(level: LogLevel = 'info') {
  const lines: string[] = [];
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time };
  const log = new StderrLog(level, clock, (line) => void lines.push(line));
  return { log, lines, clock };
}

describe('the log on stderr', () => {
  test.each([
    ['none', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
    ['all', ['error', 'warn', 'info', 'debug', 'verbose']],
  ] as const)('at level %s writes %j', (level, expected) => {
    const { log, lines } = createLog(level);
    for (const name of ['error', 'warn', 'info', 'debug', 'verbose'] as const) log[name](name);
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual(expected);
  });

  test('writes every message on one line', () => {
    const { log, lines } = createLog();
    log.error('first\n   second\r\nthird');
    expect(lines).toEqual(['signalbox: ERROR first | second | third']);
  });

  test('says the same thing once a minute, and then how often it came', () => {
    const { log, lines, clock } = createLog();
    for (let count = 0; count < 5; count++) log.warn('backend down');
    clock.time = 60_000;
    log.warn('backend down');
    expect(lines).toEqual([
      'signalbox: WARN backend down',
      'signalbox: WARN backend down (and 4 times since)',
    ]);
  });

  test('cuts a flood of different messages short, and says how many were left out', () => {
    const { log, lines, clock } = createLog();
    for (let count = 0; count < 100; count++) log.warn(`message ${count}`);
    expect(lines).toHaveLength(20);
    clock.time = 10_000;
    log.warn('later');
    expect(lines.slice(20)).toEqual(['signalbox: 80 more lines were left out', 'signalbox: WARN later']);
  });

  test('never limits problems of the configuration', () => {
    const { log, lines } = createLog();
    for (let count = 0; count < 50; count++)
      log.problem({ code: 'CFG001', source: 'X', message: 'is wrong' });
    expect(lines).toHaveLength(50);
  });

  test('writes problems that are mere information as such', () => {
    const { log, lines } = createLog();
    log.problem({ code: 'CFG009', source: 'X', message: 'is early', severity: 'info' });
    expect(lines).toEqual(['signalbox: X: is early. [CFG009]']);
  });
});

describe('the logger of the OpenTelemetry API', () => {
  test('hands on text and arguments, also those that JSON cannot write', () => {
    const { log, lines } = createLog();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    diagLogger(log, (message) => message).error('failed', new Error('boom'), { a: 1 }, circular);
    expect(lines).toEqual(['signalbox: ERROR failed boom {"a":1} [object Object]']);
  });

  test('leaves out what the filter takes away', () => {
    const { log, lines } = createLog();
    diagLogger(log, () => undefined).warn('anything');
    expect(lines).toEqual([]);
  });
});

test('a line has no control characters and an end, whatever is in it', () => {
  const lines: string[] = [];
  const log = new StderrLog('info', { now: () => 0, monotonic: () => 0 }, (line) => void lines.push(line));
  log.info('started: service a\u001b[31m\u0007b');
  log.problem({ code: 'PLG001', source: `plug-in ${'x'.repeat(100_000)}`, message: 'cannot be loaded' });
  expect(lines[0]).toBe('signalbox: started: service a [31m b');
  expect(lines[1]).toMatch(/^signalbox: WARN plug-in x+…$/);
  expect(lines[1]?.length).toBeLessThan(2_100);
});
