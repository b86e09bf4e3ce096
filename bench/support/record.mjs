// Preloaded by run.mjs: every table that a benchmark prints also goes into a file, from which
// `npm run docs` makes docs/benchmarks.md. The line printed before a table is its title.
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_RECORD;
const tables = [];
let title = '';

const { log, table } = console;
console.log = (...words) => {
  title = words.map(String).join(' ').trim() || title;
  log.apply(console, words);
};
console.table = (rows, columns) => {
  tables.push({ title, rows });
  table.call(console, rows, columns);
};
// Children of a benchmark inherit nothing of this: only the benchmark itself writes.
process.on('exit', () => {
  if (file && tables.length > 0) writeFileSync(file, `${JSON.stringify(tables, undefined, 1)}\n`);
});
