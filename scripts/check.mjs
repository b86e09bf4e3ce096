// Everything that can be known without running the tests: types, lint, dead code, whether the
// generated pages are fresh, package shape. All steps run, so that one run shows everything.
import { spawnSync } from 'node:child_process';

const steps = [
  ['types', 'tsc', '-p', '.'],
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['promises', 'oxlint', '--type-aware', '--deny-warnings', '.'],
  ['build', 'tsdown', '--log-level', 'error'],
  ['dead code', 'knip'],
  ['generated pages', 'npm', 'run', '--silent', 'docs', '--', '--check'],
  ['package', 'publint', '--strict'],
  // ./register is loaded for its effect and has nothing to type.
  ['package types', 'attw', '--pack', '.', '--profile', 'node16', '--exclude-entrypoints', './register'],
];

const failed = [];
for (const [title, command, ...args] of steps) {
  console.log(`\n— ${title}: ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status !== 0) failed.push(title);
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
