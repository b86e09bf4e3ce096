// `npm run bench -- [quick] [topic …]`: every benchmark in this folder, or the topics named, one
// after the other, each in a process of its own. `quick` is handed on as BENCH_QUICK=1.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const words = process.argv.slice(2);
const isQuick = words.includes('quick');
const topics = words.filter((word) => word !== 'quick');
const topicOf = (file) => file.replace(/\.bench\.(mjs|mts|ts)$/, '');
const all = readdirSync(here).filter((file) => /\.bench\.(mjs|mts|ts)$/.test(file));
const files = all.filter((file) => topics.length === 0 || topics.includes(topicOf(file)));
// Benchmarks may import the TypeScript sources, parameter properties included.
const FLAGS = ['--expose-gc', '--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

if (files.length === 0) {
  console.error(`No such benchmark. There are: ${all.map(topicOf).join(', ')}`);
  process.exitCode = 1;
}
for (const file of files) {
  console.log(`\n=== ${topicOf(file)}`);
  const env = { ...process.env, ...(isQuick ? { BENCH_QUICK: '1' } : {}) };
  const { status } = spawnSync(process.execPath, [...FLAGS, join(here, file)], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}
