import { parseArgs } from 'node:util';
import {
  explainRules,
  explainTraces,
  exportCollector,
  parseRules,
  type Rule,
  readTraceFile,
  rulesInForce,
  type SamplingConfig,
} from '../../samplers/index.ts';
import { errorMessage, nearest, type Report } from '../core/index.ts';

/** What a command does to the world. */
export interface Io {
  /** Writes to the standard output. */
  out(text: string): void;
  /** Writes to the standard error output. */
  err(text: string): void;
  /** @throws if the file cannot be read */
  readFile(path: string): string;
  /** The settings in force, for rules that are not given on the command line. */
  sampling(): SamplingConfig;
  /** Takes what is wrong with the file that the settings name. */
  readonly report: Report;
}

const USAGE = `Usage:
  signalbox sampling explain [rules] [--file rules.txt] [--trace traces.json]
  signalbox sampling export --collector [rules] [--file rules.txt] [--tier sampler|balancer]
                            [--salt text] [--endpoint host:port] [--sampler-host name] [--strict]
Without rules those of the settings are used.`;

const OPTIONS = {
  file: { type: 'string' },
  trace: { type: 'string' },
  collector: { type: 'boolean' },
  strict: { type: 'boolean' },
  tier: { type: 'string', default: 'sampler' },
  salt: { type: 'string' },
  endpoint: { type: 'string' },
  'sampler-host': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/**
 * `signalbox sampling …`.
 *
 * @param args what stands behind `sampling`
 * @returns the exit code: 0 done, 1 refused or wrong rules, 2 wrong usage
 */
export function runSampling(args: readonly string[], io: Io): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.err(`${errorMessage(error)}\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [command, ...texts] = positionals;
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const mistake = wrongUsage(command, values);
  if (mistake !== undefined) {
    io.err(mistake === '' ? USAGE : `${mistake}\n${USAGE}`);
    return 2;
  }
  const isExport = command === 'export';
  try {
    const rules = readRules(texts, values.file, io);
    if (!rules) return 1;
    return isExport ? runExport(rules, values, io) : runExplain(rules, values.trace, io);
  } catch (error) {
    io.err(errorMessage(error));
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

type Values = ReturnType<typeof parse>['values'];

const COMMANDS = ['explain', 'export'];
/** Options that only one of the commands knows. */
const ONLY: Readonly<Record<string, readonly (keyof Values)[]>> = {
  explain: ['trace'],
  export: ['collector', 'strict', 'salt', 'endpoint', 'sampler-host'],
};

/** What is wrong with the command line; empty if there is nothing on it, undefined if it is right. */
function wrongUsage(command: string | undefined, values: Values): string | undefined {
  if (command === undefined) return '';
  if (!COMMANDS.includes(command)) {
    const meant = nearest(command, COMMANDS);
    return `"${command}" is not a command${meant === undefined ? '' : `, did you mean ${meant}?`}`;
  }
  const other = command === 'export' ? 'explain' : 'export';
  const stray = ONLY[other]?.find((option) => values[option] !== undefined);
  if (stray !== undefined) return `--${stray} belongs to ${other}`;
  if (command === 'export' && values.collector !== true) return 'export needs --collector';
  const isTier = ['sampler', 'balancer'].includes(values.tier);
  return isTier ? undefined : `--tier is sampler or balancer, not "${values.tier}"`;
}

/** The rules, or undefined after their mistakes have been shown. */
function readRules(texts: readonly string[], file: string | undefined, io: Io): readonly Rule[] | undefined {
  if (texts.length === 0 && file === undefined) return rulesInForce(io.sampling(), io.report);
  const sources = [...texts, ...(file === undefined ? [] : [io.readFile(file)])];
  const parsed = sources.map((source) => parseRules(source));
  const errors = parsed.flatMap((one) => one.errors);
  for (const error of errors) io.err(`${error.pointer()}\n`);
  if (errors.length > 0 && texts.length > 1) io.err('Put all rules into one pair of quotes.');
  return errors.length > 0 ? undefined : parsed.flatMap((one) => one.rules);
}

function runExport(rules: readonly Rule[], values: Values, io: Io): number {
  const samplerHost = values['sampler-host'];
  const result = exportCollector(rules, {
    buffer: io.sampling().buffer,
    ...(values.salt === undefined ? {} : { salt: values.salt }),
    ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
    ...(samplerHost === undefined ? {} : { samplerHost }),
  });
  for (const { severity, rule, message } of result.findings) io.err(`${severity}: ${rule}: ${message}`);
  if (values.strict && result.findings.some(({ severity }) => severity !== 'note')) {
    io.err('refused: the Collector would decide otherwise (--strict)');
    return 1;
  }
  io.out(values.tier === 'balancer' ? result.balancer : result.sampler);
  return 0;
}

function runExplain(rules: readonly Rule[], trace: string | undefined, io: Io): number {
  explainRules(rules).forEach(({ text, effect, conditions, remark }, index) => {
    io.out(`${index + 1}. ${text}\n   ${effect}`);
    for (const condition of conditions) io.out(`   if ${condition.text} (known: ${condition.when})`);
    if (remark) io.out(`   ! ${remark}`);
  });
  if (rules.length === 0) io.out('No rules: every trace is kept, or what the Datadog Agent asks for.');
  if (trace === undefined) return 0;
  const traces = readTraces(io.readFile(trace), trace);
  if (traces.size === 0) io.out(`${trace} holds no spans.`);
  for (const { traceId, spans, rule, keep } of explainTraces(rules, traces)) {
    io.out(`${traceId} ${keep ? 'keep' : 'drop'} by ${rule} (${spans} span${spans === 1 ? '' : 's'})`);
  }
  return 0;
}

function readTraces(content: string, path: string): ReturnType<typeof readTraceFile> {
  try {
    return readTraceFile(content);
  } catch (error) {
    throw new Error(`${path} is not a file of traces in OTLP/JSON: ${errorMessage(error)}`, { cause: error });
  }
}
