import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { fileExporter } from '../../../exporters/file/index.ts';
import { createSpanDelivery, RotatingFile } from '../../../exporters/index.ts';
import { testHost } from '../support/host.ts';
import { namesIn } from '../support/otlp-messages.ts';
import { settingsOf } from '../support/settings.ts';
import { exportOnce, someLogs, someMetrics, someSpans } from '../support/telemetry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'signalbox-file-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const inside = (name: string): string => path.join(directory, name);
const read = (name: string): string => readFileSync(inside(name), 'utf8');

test('settings: defaults, and each variable', () => {
  expect(settingsOf(fileExporter).settings).toEqual({
    path: './signalbox-telemetry.jsonl',
    maxBytes: 64 * 1024 * 1024,
    maxFiles: 5,
  });
  const env = { SIGNALBOX_FILE_PATH: '/t', SIGNALBOX_FILE_MAX_BYTES: '10', SIGNALBOX_FILE_MAX_FILES: '2' };
  expect(settingsOf(fileExporter, env).settings).toEqual({ path: '/t', maxBytes: 10, maxFiles: 2 });
});

test.each([
  ['SIGNALBOX_FILE_MAX_BYTES', '0'],
  ['SIGNALBOX_FILE_MAX_FILES', 'many'],
])('%s=%s is one problem', (name, value) => {
  const { settings, problems } = settingsOf(fileExporter, { [name]: value });
  expect(problems.map(({ source }) => source)).toEqual([name]);
  expect(settings).toEqual(settingsOf(fileExporter).settings);
});

test('one line of OTLP JSON per export, all signals in one file, for the owner only', async () => {
  const settings = { path: inside('t.jsonl'), maxBytes: 1e6, maxFiles: 2 };
  const file = fileExporter.create(settings, testHost().host);
  await Promise.all([
    exportOnce(file.traces?.(), someSpans()),
    exportOnce(file.metrics?.() as PushMetricExporter, await someMetrics()),
    exportOnce(file.logs?.(), someLogs()),
  ]);
  const lines = read('t.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line));
  expect(lines).toHaveLength(3);
  const names = (signal: 'traces' | 'metrics' | 'logs') =>
    lines.flatMap((line) => namesIn(signal, line, 'application/json'));
  expect(names('traces')).toEqual(['GET /cart', 'charge']);
  expect(names('metrics')).toEqual(['http.requests', 'http.duration', 'queue.length']);
  expect(names('logs')).toEqual(['cart is\nempty']);
  expect(lines.some((line) => line.includes('"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"'))).toBe(true);
  expect(statSync(inside('t.jsonl')).mode & 0o777).toBe(0o600);
  expect(file.describe()).toBe(inside('t.jsonl'));
});

test('rotation: full files are renamed, the oldest is deleted, nothing is torn', async () => {
  const file = new RotatingFile({ path: inside('f'), maxBytes: 10, maxFiles: 3 });
  await Promise.all(
    ['1111\n', '2222\n', '3333\n', '4444\n', '5555\n', '6666\n', '7777\n'].map((line) => file.append(line)),
  );
  expect(readdirSync(directory).sort()).toEqual(['f', 'f.1', 'f.2']);
  expect([read('f'), read('f.1'), read('f.2')]).toEqual(['7777\n', '5555\n6666\n', '3333\n4444\n']);
});

test('one file only: a full one is begun anew', async () => {
  const file = new RotatingFile({ path: inside('f'), maxBytes: 5, maxFiles: 1 });
  await file.append('1111\n');
  await file.append('2222\n');
  expect(readdirSync(directory)).toEqual(['f']);
  expect(read('f')).toBe('2222\n');
});

test('what is there already is kept and appended to, and a line larger than a file still gets one', async () => {
  writeFileSync(inside('f'), 'old\n');
  const file = new RotatingFile({ path: inside('f'), maxBytes: 10, maxFiles: 2 });
  await file.append('new\n');
  expect(read('f')).toBe('old\nnew\n');
  await file.append(`${'x'.repeat(50)}\n`);
  expect(read('f')).toHaveLength(51);
});

test('a file that somebody removed is made again', async () => {
  const file = new RotatingFile({ path: inside('f'), maxBytes: 100, maxFiles: 2 });
  await file.append('1\n');
  rmSync(inside('f'));
  await file.append('2\n');
  expect(read('f')).toBe('2\n');
});

test.each<[string, (name: string) => void, string]>([
  ['a missing directory', () => {}, 'ENOENT'],
  ['a directory in its place', (name) => mkdirSync(name, { recursive: true }), 'EISDIR'],
])('%s fails the export, and the next one works once it is mended', async (_what, prepare, code) => {
  const name = inside('sub/t.jsonl');
  prepare(name);
  const exporter = fileExporter
    .create({ path: name, maxBytes: 1e6, maxFiles: 2 }, testHost().host)
    .traces?.();
  expect(await exportOnce(exporter, someSpans())).toMatchObject({ code: 1, error: { code } });
  rmSync(name, { recursive: true, force: true });
  mkdirSync(path.dirname(name), { recursive: true });
  expect(await exportOnce(exporter, someSpans())).toEqual({ code: 0 });
  await exporter?.shutdown();
  await exporter?.shutdown();
  expect(await exportOnce(exporter, someSpans())).toMatchObject({ code: 1 });
});

const FULL = '/dev/full';
(process.platform === 'linux' ? test : test.skip)('a full disk fails the export', async () => {
  const exporter = fileExporter
    .create({ path: FULL, maxBytes: 1e6, maxFiles: 2 }, testHost().host)
    .traces?.();
  expect(await exportOnce(exporter, someSpans())).toMatchObject({ code: 1, error: { code: 'ENOSPC' } });
});

test('in delivery a directory that is missing is waited for', async () => {
  const name = inside('sub/t.jsonl');
  const { host, lines } = testHost();
  const exporter = fileExporter.create({ path: name, maxBytes: 1e6, maxFiles: 2 }, host).traces?.();
  const batch = { queueSize: 100, batchSize: 1, delay: 1, timeout: 5_000 };
  const options = { retryDelay: 1, maxRetryDelay: 5 };
  const processor = createSpanDelivery(exporter as SpanExporter, batch, host, { name: 'file', options });
  for (const span of someSpans()) processor.onEnd(span);
  while (processor.delivery.stats().retries < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  mkdirSync(inside('sub'));
  await processor.forceFlush();
  expect(read('sub/t.jsonl').trimEnd().split('\n')).toHaveLength(2);
  expect(processor.delivery.stats()).toMatchObject({ accepted: 2, delivered: 2, rejected: 0 });
  expect(lines[0]).toContain('the directory does not exist');
});
