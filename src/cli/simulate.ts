import { parseArgs } from 'node:util';
import type { Tracer } from '@opentelemetry/api';
import { errorMessage, nearest } from '../core/index.ts';
import { SIMULATED_SHAPES, type SimulatedShape, TraceSimulator } from '../testing/index.ts';

/** What the command gets from the process around it. */
export interface SimulateIo {
  /** Writes a line to stdout. */
  out(line: string): void;
  /** Writes a line to stderr. */
  err(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Starts the SDK as the environment says, and gives its tracer; called once, if the arguments are good. */
  start(): Promise<SimulateTarget> | SimulateTarget;
}

/** Where the traces go. */
export interface SimulateTarget {
  readonly tracer: Tracer;
  /** Sends what is waiting. Rejects if a destination does not take it. */
  flush(): Promise<void>;
  /** Ends the SDK, and says what has arrived where. Rejects if something was lost. */
  finish(): Promise<string>;
}

/** A trace has up to some twenty spans; so many fit into any queue of usual size. */
const TRACES_AT_ONCE = 50;

const HELP = `Usage: signalbox simulate [options]

Sends made-up GenAI traces to the configured backend, to see that they arrive.

  --traces <n>    how many traces (default 10)
  --seed <n>      the same seed makes the same traces (default 1)
  --shape <name>  one or several of ${SIMULATED_SHAPES.join(', ')} (default all):
                  with commas, or the option repeated
  -h, --help      show this`;

/**
 * The command `signalbox simulate`. Returns the exit code: 0, 1 if sending failed, 2 for arguments
 * that cannot be understood.
 */
export async function run(args: readonly string[], io: SimulateIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.out(HELP);
    return 0;
  }
  const parsed = parse(args);
  if ('problem' in parsed) {
    io.err(parsed.problem);
    return 2;
  }
  try {
    const { tracer, flush, finish } = await io.start();
    // The last trace ends about now, so that backends show it.
    const start = io.now() - parsed.traces * 10_000;
    const simulator = new TraceSimulator({ tracer, seed: parsed.seed, start });
    for (let left = parsed.traces; left > 0; left -= TRACES_AT_ONCE) {
      simulator.run(Math.min(left, TRACES_AT_ONCE), parsed.shapes);
      await flush();
    }
    const arrived = await finish();
    const traces = parsed.traces === 1 ? '1 trace' : `${parsed.traces} traces`;
    io.out(`simulated ${traces} with seed ${parsed.seed}: ${arrived}`);
    return 0;
  } catch (error) {
    io.err(`simulate: ${errorMessage(error)}`);
    return 1;
  }
}

interface Arguments {
  readonly traces: number;
  readonly seed: number;
  readonly shapes: readonly SimulatedShape[];
}

function parse(args: readonly string[]): Arguments | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        traces: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        shape: { type: 'string', multiple: true, default: [...SIMULATED_SHAPES] },
      },
    });
    return {
      traces: wholeNumber('--traces', values.traces, 1, 1_000_000),
      seed: wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
      shapes: values.shape.flatMap((words) => words.split(',')).map((word) => shapeOf(word.trim())),
    };
  } catch (error) {
    return { problem: `simulate: ${errorMessage(error)}` };
  }
}

function wholeNumber(flag: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new Error(`${flag} "${text}" is not a whole number from ${minimum} to ${maximum}`);
}

function shapeOf(word: string): SimulatedShape {
  const shape = SIMULATED_SHAPES.find((known) => known === word);
  if (shape) return shape;
  const guess = nearest(word, SIMULATED_SHAPES);
  const hint = guess ? `, did you mean ${guess}?` : '';
  throw new Error(`--shape "${word}" is not one of ${SIMULATED_SHAPES.join(', ')}${hint}`);
}
