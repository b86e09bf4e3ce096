import { run, type SimulateIo } from '../../src/cli/simulate.ts';
import { createTestBox, type TestBox } from '../../src/testing/index.ts';

let box: TestBox;
let lines: string[];
let finished: number;
let flushed: number;
beforeEach(() => {
  box = createTestBox({ register: false });
  lines = [];
  finished = 0;
  flushed = 0;
});
afterEach(() => box.dispose());

function io(overrides: Partial<SimulateIo> = {}): SimulateIo {
  return {
    out: (line) => lines.push(line),
    err: (line) => lines.push(`! ${line}`),
    now: () => Date.UTC(2026, 10, 20),
    start: () => ({
      tracer: box.tracerProvider.getTracer('s'),
      flush: async () => void flushed++,
      finish: async () => {
        finished++;
        return 'all arrived';
      },
    }),
    ...overrides,
  };
}

describe('signalbox simulate', () => {
  test('sends as many traces of the shape as asked for, and finishes', async () => {
    expect(await run(['--traces', '5', '--seed', '2', '--shape', 'mcp'], io())).toBe(0);
    box.assertSpans().hasCount(10).isComplete();
    expect(lines).toEqual(['simulated 5 traces with seed 2: all arrived']);
    expect(finished).toBe(1);
  });

  test('takes several shapes, with commas or repeated', async () => {
    const args = ['--traces', '40', '--shape', 'chat, stream', '--shape', 'error'];
    expect(await run(args, io())).toBe(0);
    box
      .assertSpans()
      .named(/^chat /)
      .hasCount(40);
    expect(await run(['--traces', '1', '--shape', 'chat'], io())).toBe(0);
    expect(lines.at(-1)).toBe('simulated 1 trace with seed 1: all arrived');
  });

  test('sends many in pieces, so that no queue overflows', async () => {
    expect(await run(['--traces', '120', '--shape', 'chat'], io())).toBe(0);
    box.assertSpans().hasCount(120);
    expect(flushed).toBe(3);
  });

  test.each([['--help'], ['-h'], ['--help', '--traces', 'x']])(
    'explains itself for %s %s without starting anything',
    async (...args) => {
      expect(await run(args, io({ start: () => Promise.reject(new Error('started')) }))).toBe(0);
      expect(lines[0]).toMatch(/^Usage: signalbox simulate/);
    },
  );

  test.each([
    [['--traces', 'many'], /--traces "many" is not a whole number/],
    [['--traces', '0'], /from 1 to 1000000/],
    [['--shape', 'agnet'], /did you mean agent/],
    [['--shape', 'chat,agnet'], /"agnet".*did you mean agent/],
    [['--shape', ''], /--shape "" is not one of/],
    [['--colour'], /--colour/],
  ])('refuses %j', async (args, message) => {
    expect(await run(args, io())).toBe(2);
    expect(lines.join()).toMatch(message);
    box.assertSpans().hasCount(0);
  });

  test('tells why sending failed', async () => {
    expect(await run([], io({ start: () => Promise.reject(new Error('no agent')) }))).toBe(1);
    expect(lines).toEqual(['! simulate: no agent']);
  });
});
