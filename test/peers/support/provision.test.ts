/** What is missing is told, never thrown, and half-made folders are not left behind. Needs no peer. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, cacheFolder } from './cache.ts';
import { cause, runTool } from './run-tool.ts';
import { parseExact } from './test-agent.ts';

const NODE = process.execPath;

describe('runTool', () => {
  test('a tool that is not installed is a reason', async () => {
    expect(await runTool('no-such-tool', [], { timeout: 5000 })).toMatchObject({
      ok: false,
      reason: 'no-such-tool is not installed',
    });
  });

  test('a tool that fails tells its last words', async () => {
    const { ok, reason } = await runTool(NODE, ['-e', 'console.error("no such host"); process.exit(3)'], {
      timeout: 5000,
    });
    expect({ ok, reason }).toEqual({
      ok: false,
      reason: expect.stringMatching(/ended with 3: no such host$/),
    });
  });

  test('a tool that takes too long ends, with its children', async () => {
    const child = `require('node:child_process').spawnSync(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'])`;
    const { ok, reason } = await runTool(NODE, ['-e', child], { timeout: 300 });
    expect({ ok, reason }).toEqual({ ok: false, reason: expect.stringContaining('longer than 0.3 s') });
  });

  test('the cause leaves out what was fetched', () => {
    expect(cause('go: downloading a v1\nError: x: 403 Forbidden\nexit status 1\n')).toBe(
      'Error: x: 403 Forbidden',
    );
  });
});

describe('the cache', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-cache-'));
  const before = process.env.SIGNALBOX_PEERS_CACHE;
  beforeAll(() => {
    process.env.SIGNALBOX_PEERS_CACHE = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.SIGNALBOX_PEERS_CACHE;
    else process.env.SIGNALBOX_PEERS_CACHE = before;
    rmSync(folder, { recursive: true });
  });

  test.each([
    [{ SIGNALBOX_PEERS_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ XDG_CACHE_HOME: '/b' }, '/b/signalbox-peers'],
    [{}, expect.stringMatching(/\.cache\/signalbox-peers$/)],
  ])('%j', (env, expected) => {
    expect(cacheFolder(env)).toEqual(expected);
  });

  test('makes a recipe once, and another one anew', async () => {
    const made: string[] = [];
    const make = async (draft: string) => {
      made.push(draft);
      await writeFile(join(draft, 'content'), '');
      return undefined;
    };
    const first = await cached('thing', ['1'], make);
    expect(await cached('thing', ['1'], make)).toEqual(first);
    expect(await cached('thing', ['2'], make)).not.toEqual(first);
    expect(made).toHaveLength(2);
  });

  test('keeps nothing of what could not be made', async () => {
    const kept = readdirSync(folder);
    expect(await cached('other', [], async () => 'no network')).toEqual({ unavailable: 'no network' });
    await expect(cached('other', [], () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(readdirSync(folder)).toEqual(kept);
  });
});

test('64-bit numbers are read digit by digit', () => {
  expect(parseExact('{"trace_id":18446744073709551615,"error":1,"meta":{"x":"1"}}')).toEqual({
    trace_id: 18446744073709551615n,
    error: 1,
    meta: { x: '1' },
  });
});
