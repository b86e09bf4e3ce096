import type { SamplingConfig } from '../../samplers/index.ts';
import { formatProblem, loadModule, type Problem } from '../core/index.ts';
import { oneLine } from './one-line.ts';
import type { CliIo } from './process-io.ts';

/** One word behind `signalbox`. */
export interface Command {
  readonly name: string;
  /** For the list of commands. */
  readonly summary: string;
  /** Loads the command, and returns its exit status. */
  run(args: readonly string[], io: CliIo): Promise<number>;
}

/** All commands. Each is loaded when it is run, so that one does not pay for the others. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'config',
    summary: 'shows the settings in effect and where each came from, secrets masked',
    async run(args, io) {
      const { runConfig } = await import('./config.ts');
      const { loadConfiguration } = await import('../box/index.ts');
      return runConfig(args, { out: io.out, err: io.err, load: () => loadConfiguration() });
    },
  },
  {
    name: 'sampling',
    summary: 'explains sampling rules, or exports them for the OpenTelemetry Collector',
    async run(args, io) {
      const { runSampling } = await import('./sampling.ts');
      const { loadConfiguration } = await import('../box/index.ts');
      const report = (problem: Problem): void => io.err(oneLine(`signalbox: ${formatProblem(problem)}`));
      const sampling = (): SamplingConfig => {
        const { config, problems } = loadConfiguration();
        problems.forEach(report);
        if (config.sampling === undefined) throw new Error('the settings name no sampling rules');
        return config.sampling as SamplingConfig;
      };
      let read: SamplingConfig | undefined;
      return runSampling(args, { ...io, report, sampling: () => (read ??= sampling()) });
    },
  },
  {
    name: 'redact',
    summary: 'shows what redaction would replace in a text or an OTLP JSON file',
    async run(args, io) {
      const { run } = await import('./redact.ts');
      return run(args, {
        readFile: async (path) => io.readFile(path),
        readStdin: io.readStdin,
        load: loadModule,
        stdout: io.raw,
        stderr: io.err,
      });
    },
  },
  {
    name: 'simulate',
    summary: 'sends made-up GenAI traces to the configured backend',
    async run(args, io) {
      const { run } = await import('./simulate.ts');
      const { startSimulation } = await import('./simulation-target.ts');
      return run(args, { out: io.out, err: io.err, now: () => Date.now(), start: startSimulation });
    },
  },
];
