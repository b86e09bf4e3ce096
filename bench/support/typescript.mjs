import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts the calling script again with TypeScript support, unless Node has it already. */
export function ensureTypeScript(url) {
  if (process.features.typescript === 'transform') return;
  const flags = ['--experimental-transform-types', '--no-warnings', '--expose-gc'];
  const { status } = spawnSync(process.execPath, [...flags, fileURLToPath(url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
