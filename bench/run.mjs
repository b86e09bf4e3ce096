// `npm run bench -- [quick] [record] [topic …]`: every benchmark in this folder, or the topics named,
// one after the other, each in a process of its own. `quick` is handed on as BENCH_QUICK=1. `record`
// keeps the tables in bench/results, from which `npm run docs` makes docs/benchmarks.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const results = join(here, 'results');
const words = process.argv.slice(2);
const isQuick = words.includes('quick');
const isRecorded = words.includes('record');
const topics = words.filter((word) => word !== 'quick' && word !== 'record');
const topicOf = (file) => file.replace(/\.bench\.(mjs|mts|ts)$/, '');
const all = readdirSync(here).filter((file) => /\.bench\.(mjs|mts|ts)$/.test(file));
const files = all.filter((file) => topics.length === 0 || topics.includes(topicOf(file)));
// Benchmarks may import the TypeScript sources, parameter properties included.
const FLAGS = ['--expose-gc', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
const RECORDER = ['--import', join(here, 'support', 'record.mjs')];

if (files.length === 0) {
  console.error(`No such benchmark. There are: ${all.map(topicOf).join(', ')}`);
  process.exitCode = 1;
}
for (const file of files) {
  console.log(`\n=== ${topicOf(file)}`);
  const env = { ...process.env, ...(isQuick ? { BENCH_QUICK: '1' } : {}) };
  if (isRecorded) {
    mkdirSync(results, { recursive: true });
    env.BENCH_RECORD = join(results, `${topicOf(file)}.json`);
    writeFileSync(join(results, 'machine.json'), `${JSON.stringify(machine(), undefined, 1)}\n`);
  }
  const flags = isRecorded ? [...FLAGS, ...RECORDER] : FLAGS;
  const { status } = spawnSync(process.execPath, [...flags, join(here, file)], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
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
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
  };
}
