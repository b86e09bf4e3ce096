import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Leak } from './support/apps/leak.mts';

const APP = join(__dirname, 'support/apps/leak.mts');

test('100,000 calls leave nothing behind: generators, forgotten streams, agents beside and within each other', async () => {
  const node = ['--expose-gc', '--experimental-transform-types', '--no-warnings', APP];
  const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 230_000 });
  const { heap, calls, started, ended, priced, wrongParents, series } = JSON.parse(stdout) as Leak;
  expect(calls).toBeGreaterThanOrEqual(100_000);
  expect(ended).toBe(started);
  expect(started).toBeGreaterThan(calls);
  // All but the streams that never told their usage, and a tenth with models nobody has a price for.
  expect(priced).toBeGreaterThan(calls * 0.6);
  expect(wrongParents).toBe(0);
  expect(series).toBeGreaterThan(10);
  expect(series).toBeLessThan(2_500);
  // Megabytes. A span is more than 1 KB: one of 25 calls kept would show.
  const [, settled = 0] = heap;
  expect(Math.max(...heap.slice(2)) - settled).toBeLessThan(3);
}, 240_000);
