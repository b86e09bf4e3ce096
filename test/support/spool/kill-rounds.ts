import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOtlpReceiver } from '../receivers/index.ts';
import { type Report, readEnded, readReport } from '../report.ts';
import { type Exit, runApp } from '../run-app.ts';
import { filesBelow } from './spool-files.ts';

/** Spans that one request carries at most, from memory and from the disk. */
const BATCH = 64;
const FROM_DISK = 512;
const REQUESTS = 4;

/** The last process, which only sends what the others have left. */
export interface Drain {
  readonly exit: Exit;
  readonly report: Report | undefined;
  /** What it sent: ids, as often as they came. */
  readonly received: readonly string[];
}

/** What came of a number of rounds. */
export interface Rounds {
  /** Ids of spans that had ended before a process was killed, and were not received. */
  readonly lost: string[];
  /** Ids. */
  readonly ended: readonly string[];
  readonly received: number;
  readonly duplicates: number;
  /** More than this would be a fault. */
  readonly mostDuplicates: number;
  /** Files that are left in the spool. */
  readonly left: string[];
  /** How those that were killed have ended. */
  readonly killed: readonly Exit[];
  /** KiB, the most that one of them took. */
  readonly mostMemory: number;
  readonly drain: Drain;
}

/**
 * Starts a process that ends spans with a write-ahead spool, kills it with SIGKILL at a random moment,
 * and does so again and again on the same directory while the backend works, fails and hangs in turn.
 * Then one more process has the time to send what is left.
 */
export async function killRounds(rounds: number, random: () => number): Promise<Rounds> {
  const directory = mkdtempSync(join(tmpdir(), 'spool-kill-'));
  await using receiver = await startOtlpReceiver('http/protobuf');
  const env = {
    ...receiver.env,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
    OTEL_NODE_RESOURCE_DETECTORS: 'none',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(BATCH),
    SIGNALBOX_RETRY_DELAY: '50',
    SIGNALBOX_BREAKER_RESET_TIMEOUT_S: '1',
    SIGNALBOX_SPOOL_DIR: join(directory, 'spool'),
    SIGNALBOX_SPOOL_MODE: 'write-ahead',
  };
  const killed: Exit[] = [];
  const app = join(import.meta.dirname, 'apps', 'ending-spans.mjs');
  try {
    for (let round = 0; round < rounds; round++) {
      receiver.recover();
      if (round % 4 === 1) receiver.respondWith({ status: 503, times: 1_000 });
      if (round % 4 === 2) receiver.respondWith({ delay: 300, times: 1_000 });
      await using running = runApp({ app, args: [directory], env, timeout: 120_000 });
      await running.waitForLine(/ready/);
      await sleep(random() * 400);
      running.kill('SIGKILL');
      killed.push(await running.exit);
    }
    receiver.recover();
    const ended = readEnded(directory);
    // What a killed process had sent may still be on its way through the receiver: it is not the drain's.
    let before = -1;
    while (before !== receiver.spans.length) {
      before = receiver.spans.length;
      await sleep(300);
    }
    await using drain = runApp({
      app: join(import.meta.dirname, 'apps', 'draining.mjs'),
      args: [directory],
      env,
      timeout: 120_000,
    });
    const missing = (): string[] => {
      const ids = new Set(receiver.spans.map(({ spanId }) => spanId));
      return ended.filter((id) => !ids.has(id));
    };
    const isDone = (): boolean => missing().length === 0 && filesBelow(join(directory, 'spool')).length === 0;
    for (let wait = 0; wait < 600 && !isDone(); wait++) await sleep(100);
    drain.kill('SIGTERM');
    const exit = await drain.exit;
    const received = receiver.spans.slice(before).map(({ spanId }) => spanId);
    const memory = readFileSync(join(directory, 'memory'), 'utf8').split('\n').map(Number);
    const ids = new Set(receiver.spans.map(({ spanId }) => spanId));
    return {
      lost: missing(),
      ended,
      received: ids.size,
      duplicates: receiver.spans.length - ids.size,
      mostDuplicates: rounds * (REQUESTS * BATCH + FROM_DISK),
      left: filesBelow(join(directory, 'spool')),
      killed,
      mostMemory: memory.reduce((most, one) => Math.max(most, one), 0),
      drain: { exit, report: readReport(directory), received },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
