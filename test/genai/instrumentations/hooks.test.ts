import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const APP = join(__dirname, '../support/apps/hooked.mts');

test.each(['require', 'import'])('modules are patched as they come in by %s, until disabled', async (way) => {
  const node = ['--experimental-transform-types', '--no-warnings', APP, way];
  const { stdout } = await promisify(execFile)(process.execPath, node);
  expect(JSON.parse(stdout)).toEqual(['chat gpt-4o-mini', 'initialize', 'initialize']);
});
