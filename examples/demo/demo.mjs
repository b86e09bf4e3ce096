// npm run demo: runs one unmodified application against every backend and shows what arrived.
// Exits 0 only if every span arrived and every parent is right.
import { runAgent } from './agent-run.mjs';
import { BACKENDS } from './backends.mjs';
import { printRun, printTable, printTitle, printVerdict } from './print.mjs';
import { printAgent } from './print-agent.mjs';
import { run } from './run.mjs';

printTitle();
const runs = [];
for (const backend of BACKENDS) {
  const result = await run(backend);
  printRun(result);
  runs.push(result);
}
const agent = await runAgent();
printAgent(agent);
printTable(runs);
printVerdict([...runs, agent], performance.now() / 1000);
process.exitCode = [...runs, agent].some(({ problems }) => problems.length > 0) ? 1 : 0;
