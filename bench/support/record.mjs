// Preloaded by run.mjs: what a benchmark prints also goes into a file, from which `npm run docs` makes
// docs/benchmarks.md. The line printed before a table is its title; other lines stay text.
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_RECORD;
const parts = [];
let lines = [];

function keepText() {
  const text = lines.join('\n').replace(/^\n+|\s+$/g, '');
  if (text) parts.push({ text });
  lines = [];
}

const { log, table } = console;
console.log = (...words) => {
  lines.push(...words.map(String).join(' ').split('\n'));
  log.apply(console, words);
};
console.table = (rows, columns) => {
  const title = lines.pop() ?? '';
  keepText();
  parts.push({ title, rows });
  table.call(console, rows, columns);
  // It is printed through console.log.
  lines = [];
};
// Children of a benchmark inherit nothing of this: only the benchmark itself writes.
process.on('exit', () => {
  keepText();
  if (file && parts.length > 0) writeFileSync(file, `${JSON.stringify(parts, undefined, 1)}\n`);
});
