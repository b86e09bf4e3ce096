import { errorMessage, nearest, VERSION } from '../core/index.ts';
import { COMMANDS } from './commands.ts';
import { oneLine } from './one-line.ts';
import type { CliIo } from './process-io.ts';

/**
 * `signalbox …`: finds the command, loads it and runs it. Never rejects: what goes wrong is one
 * line on stderr.
 *
 * @param args what stands behind `signalbox`
 * @returns the exit status: 0, 1 if the command failed or found something, 2 for wrong usage
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [word, ...rest] = args;
  try {
    if (word === undefined) {
      io.err(help());
      return 2;
    }
    if (word === '--version' || word === '-v') return say(VERSION, io);
    if (word === '--help' || word === '-h') return say(help(), io);
    if (word === 'help') return rest[0] === undefined ? say(help(), io) : await run(rest[0], ['--help'], io);
    return await run(word, rest, io);
  } catch (error) {
    io.err(`signalbox: ${oneLine(errorMessage(error))}`);
    return 1;
  }
}

function say(text: string, io: CliIo): number {
  io.out(text);
  return 0;
}

async function run(word: string, args: readonly string[], io: CliIo): Promise<number> {
  const command = COMMANDS.find(({ name }) => name === word);
  if (command) return command.run(args, io);
  const guess = nearest(word, [...COMMANDS.map(({ name }) => name), 'help', '--help', '--version']);
  const hint = guess ? `Did you mean ${guess}?` : '`signalbox help` lists them.';
  io.err(`signalbox: "${oneLine(word)}" is not a command. ${hint}`);
  return 2;
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    `signalbox ${VERSION}`,
    '',
    'Usage: signalbox <command> [options]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`signalbox help <command>` explains one. `signalbox --version` says the version.',
    'Services are instrumented without a command: node --require signalbox/register app.js',
  ].join('\n');
}
