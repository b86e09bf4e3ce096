// `npm run bench -- [quick] [topic …]`: what is compared with peers, or the topics named, one after the
// other, each in a process of its own. `quick` is handed on as BENCH_QUICK=1.
// `npm run bench -- record`: builds, runs all that is compared, keeps the tables in bench/results, and
// writes docs/benchmarks.md from them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const results = join(here, 'results');
const words = process.argv.slice(2);
const isQuick = words.includes('quick');
const isRecorded = words.includes('record');
const named = words.filter((word) => word !== 'quick' && word !== 'record');
/** In ten minutes, those with * in one. What parts of ours add, and how processes end, runs by name. */
const COMPARED = [
  'end-to-end*',
  'event-loop*',
  'span-creation*',
  'otlp-encode*',
  'datadog-encode',
  'metrics*',
  'dogstatsd-packets*',
  'propagation',
  'sampling',
  'redaction',
  'start-up*',
];
/** Seconds after which a benchmark is stopped, and has failed. */
const LIMIT = isQuick ? 60 : 480;
// Benchmarks may import the TypeScript sources, parameter properties included.
const FLAGS = ['--expose-gc', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
const RECORDER = ['--import', join(here, 'support', 'record.mjs')];

const files = new Map(
  readdirSync(here)
    .filter((file) => /\.bench\.(mjs|mts|ts)$/.test(file))
    .map((file) => [file.replace(/\.bench\.(mjs|mts|ts)$/, ''), file]),
);
const compared = COMPARED.filter((topic) => !isQuick || topic.endsWith('*')).map((topic) =>
  topic.replace('*', ''),
);
const topics = named.length > 0 ? named : compared;
const unknown = topics.filter((topic) => !files.has(topic));

if (unknown.length > 0)
  fail(`No such benchmark: ${unknown.join(', ')}. There are: ${[...files.keys()].join(', ')}`);
else if (isRecorded && named.length > 0)
  fail('A page is made from one run of everything: record names no topic.');
else if (isRecorded) record();
else runAll();

/** One page, one run: what was kept before goes, and without the machine's file there is no page. */
function record() {
  const facts = machine();
  run('npm', ['run', 'build', '--silent']);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  runAll();
  if (process.exitCode) return;
  writeFileSync(join(results, 'machine.json'), `${JSON.stringify(facts, undefined, 1)}\n`);
  run('npm', ['run', 'docs', '--silent']);
}

function runAll() {
  const began = performance.now();
  for (const topic of topics) {
    console.log(`\n=== ${topic}`);
    const env = {
      ...process.env,
      ...(isQuick ? { BENCH_QUICK: '1' } : {}),
      ...(isRecorded ? { BENCH_RECORD: join(results, `${topic}.json`) } : {}),
    };
    const flags = isRecorded ? [...FLAGS, ...RECORDER] : FLAGS;
    run(process.execPath, [...flags, join(here, files.get(topic))], { env, timeout: LIMIT * 1_000 });
  }
  console.log(`\n${Math.round((performance.now() - began) / 1_000)} s`);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: join(here, '..'), stdio: 'inherit', ...options });
  if (status !== 0) fail(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

/** Where the figures come from: without this they mean nothing. */
function machine() {
  const versionOf = (name) =>
    JSON.parse(readFileSync(join(here, '..', 'node_modules', name, 'package.json'), 'utf8')).version;
  const peers = [
    '@opentelemetry/sdk-trace',
    '@opentelemetry/exporter-trace-otlp-proto',
    '@opentelemetry/exporter-trace-otlp-grpc',
    'dd-trace',
    'hot-shots',
  ];
  return {
    date: new Date().toISOString().slice(0, 10),
    isQuick,
    node: process.version,
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim()}`,
    // Of the minute before the run.
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
  };
}
