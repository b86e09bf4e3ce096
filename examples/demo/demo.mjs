// npm run demo: runs one unmodified application against every backend and shows what arrived.
// Exits 0 only if every span arrived and every parent is right.
import { BACKENDS } from './backends.mjs';
import { printRun, printTable, printTitle, printVerdict } from './print.mjs';
import { run } from './run.mjs';

printTitle();
const runs = [];
for (const backend of BACKENDS) {
  const result = await run(backend);
  printRun(result);
  runs.push(result);
}
printTable(runs);
printVerdict(runs, performance.now() / 1000);
process.exitCode = runs.some(({ problems }) => problems.length > 0) ? 1 : 0;
