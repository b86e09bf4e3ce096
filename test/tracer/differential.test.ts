import { context, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { EarlyTracerProvider, LeanTracerProvider } from '../../src/tracer/index.ts';
import { type CreateProvider, Program } from './differential/program.ts';

/** More for a longer run: `SEEDS=100000 npx jest test/tracer/differential`. */
const SEEDS = Number(process.env.SEEDS ?? 1_500);
const STEPS = 40;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => {
  context.disable();
  diag.disable();
});

function logOf(seed: number, create: CreateProvider, isTold: (line: string) => boolean): string[] {
  const program = new Program(seed, create);
  program.run(STEPS);
  return program.log.filter(isTold);
}

const all = (): boolean => true;
/** Asked first, and then asked by the SDK once more, attributes and links are also warned about twice. */
const notTwice = (line: string): boolean => !line.startsWith('diag warn: Invalid attribute');

/** The same random programs on the SDK and on an engine: all that can be seen from outside is equal. */
describe.each<[string, CreateProvider, (line: string) => boolean]>([
  ['the lean engine', (options) => new LeanTracerProvider(options), all],
  ['the SDK with the sampler in front', (options) => new EarlyTracerProvider(options), notTwice],
])('%s', (_, create, isTold) => {
  test(`does what the SDK does in ${SEEDS} random programs`, () => {
    let lines = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const expected = logOf(seed, (options) => new TracerProvider(options), isTold);
      const actual = logOf(seed, create, isTold);
      lines += expected.length;
      if (actual.join('\n') !== expected.join('\n')) {
        const at = expected.findIndex((line, index) => line !== actual[index]);
        const from = Math.max(0, at - 3);
        expect({ seed, log: actual.slice(from, at + 2) }).toEqual({
          seed,
          log: expected.slice(from, at + 2),
        });
        expect(actual).toEqual(expected);
      }
    }
    // A comparison of nothing with nothing would be equal too.
    expect(lines).toBeGreaterThan(SEEDS * STEPS);
  }, 120_000);
});
