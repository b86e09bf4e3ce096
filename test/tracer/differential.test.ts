import { context, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { PooledIdGenerator } from '../../src/core/index.ts';
import { SeededIdGenerator } from '../../src/testing/index.ts';
import { EarlyTracerProvider, LeanTracerProvider } from '../../src/tracer/index.ts';
import { type CreateProvider, Program } from './differential/program.ts';

/** More for a longer run: `SEEDS=100000 npx jest test/tracer/differential`. */
const SEEDS = Number(process.env.SEEDS ?? 300);
const STEPS = 40;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => {
  context.disable();
  diag.disable();
});

/** Taken for our own, whose ids need no check and are made late; and yet the same each time. */
class SeededPool extends PooledIdGenerator {
  private readonly traces = new SeededIdGenerator(1);
  private readonly spans = new SeededIdGenerator(2);

  override generateTraceId(): string {
    return this.traces.generateTraceId();
  }

  override generateSpanId(): string {
    return this.spans.generateSpanId();
  }
}

interface Comparison {
  readonly engine: CreateProvider;
  readonly sdk?: CreateProvider;
  /** What is compared of a log. */
  readonly view?: (log: readonly string[]) => readonly string[];
}

const TABLE: Record<string, Comparison> = {
  'the lean engine': { engine: (options) => new LeanTracerProvider(options) },
  'the lean engine with ids of its own': {
    sdk: (options) => new TracerProvider({ ...options, idGenerator: new SeededPool() }),
    engine: (options) => new LeanTracerProvider({ ...options, idGenerator: new SeededPool() }),
    // Made when they are asked for, in another order: what must be the same is where which appears.
    view: (log) => {
      const names = new Map<string, string>();
      const nameOf = (id: string): string => {
        if (!names.has(id)) names.set(id, `#${names.size}`);
        return names.get(id) as string;
      };
      return log.map((line) => line.replaceAll(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g, nameOf));
    },
  },
  'the SDK with the sampler in front': {
    engine: (options) => new EarlyTracerProvider(options),
    // Looked at before the decision, and by the SDK once more: attributes and links are warned about twice.
    view: (log) => log.filter((line) => !line.startsWith('diag warn: Invalid attribute')),
  },
};

function run(seed: number, create: CreateProvider): readonly string[] {
  const program = new Program(seed, create);
  program.run(STEPS);
  return program.log;
}

/** All that can be seen from outside of the same random programs is equal. */
test.each(Object.entries(TABLE))(
  `%s does what the SDK does in ${SEEDS} random programs`,
  (_, comparison) => {
    const { engine, sdk = (options) => new TracerProvider(options), view = (log) => log } = comparison;
    let lines = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const expected = view(run(seed, sdk));
      const actual = view(run(seed, engine));
      lines += expected.length;
      if (actual.join('\n') === expected.join('\n')) continue;
      const at = expected.findIndex((line, index) => line !== actual[index]);
      const part = (log: readonly string[]): readonly string[] => log.slice(Math.max(0, at - 3), at + 2);
      expect({ seed, log: part(actual) }).toEqual({ seed, log: part(expected) });
      expect(actual).toEqual(expected);
    }
    // Nothing compared with nothing would be equal too.
    expect(lines).toBeGreaterThan(SEEDS * STEPS);
  },
  600_000,
);
