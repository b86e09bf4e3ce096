// Everything that can be known without running the tests: types, lint, dead code, package shape.
import { spawnSync } from 'node:child_process';

const steps = [
  ['types', 'tsc', '-p', '.'],
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['promises', 'oxlint', '--type-aware', '--deny-warnings', '.'],
  ['build', 'tsdown', '--log-level', 'warn'],
  ['dead code', 'knip'],
  ['package', 'publint', '--strict'],
  ['package types', 'attw', '--pack', '.', '--profile', 'node16'],
];

let failed = false;
for (const [title, command, ...args] of steps) {
  console.log(`— ${title}: ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
