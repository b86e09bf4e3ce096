// Runs one implementation of bench/end-to-end in a process of its own, in front of a sink in another.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const FOLDER = join(import.meta.dirname, '..', 'end-to-end');
const FLAGS = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

let sink;

/** Its ports. It ends when this process does, and does not keep it. */
async function startSink() {
  const child = fork(join(FOLDER, 'sink.mjs'), { execArgv: FLAGS });
  const [ports] = await once(child, 'message');
  child.unref();
  child.channel.unref();
  return ports;
}

async function count(port) {
  const response = await fetch(`http://127.0.0.1:${port}/count`);
  return (await response.json()).spans;
}

/** What arrived: asks until nothing more does, or all has. */
async function arrived(port, expected) {
  let last = -1;
  for (;;) {
    const spans = await count(port);
    if (spans >= expected || spans === last) return spans;
    last = spans;
    await sleep(2_500);
  }
}

/**
 * @returns what child.cjs measured, with `arrived`: spans that came to the sink during the load
 */
export async function runChild(name, shape, load, size, { seconds = 6 } = {}) {
  sink ??= startSink();
  const ports = await sink;
  const endpoint = `http://127.0.0.1:${ports.http}`;
  const isGrpc = name.includes('gRPC');
  const child = fork(join(FOLDER, 'child.cjs'), [name, shape, load, String(size)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG ? 'inherit' : 'ignore', 'ipc'],
    env: {
      PATH: process.env.PATH,
      BENCH_SECONDS: String(seconds),
      ...(process.env.BENCH_PROFILE ? { BENCH_PROFILE: process.env.BENCH_PROFILE } : {}),
      OTEL_EXPORTER_OTLP_ENDPOINT: isGrpc ? `http://127.0.0.1:${ports.grpc}` : endpoint,
      DD_TRACE_AGENT_URL: endpoint,
      DD_SERVICE: 'bench',
    },
  });
  const next = async () => {
    const exit = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code}`);
    });
    exit.catch(() => {});
    const [message] = await Promise.race([once(child, 'message'), exit]);
    if (message.error) throw new Error(`${name}: ${message.error}`);
    return message;
  };
  try {
    await next();
    const before = await count(ports.http);
    child.send('go');
    const result = await next();
    const isSent = name !== 'none' && !name.includes('sampled out');
    const spans = isSent ? (await arrived(ports.http, before + result.made)) - before : 0;
    return { ...result, arrived: spans, lost: isSent ? result.made - spans : 0 };
  } finally {
    child.kill();
  }
}

/** The middle one of several numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Runs each name `rounds` times, interleaved, and returns all results by name. */
export async function interleaved(names, rounds, run) {
  const results = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results.get(name).push(await run(name));
  }
  return results;
}

/**
 * Without the runs that lost spans: those are disqualified. Of one that lost some each time there are no
 * figures; if it is ours, the benchmark has failed.
 */
export function qualified(results) {
  return new Map(
    [...results].flatMap(([name, runs]) => {
      const whole = runs.filter(({ lost }) => lost === 0);
      const lost = runs.map((run) => run.lost).join(', ');
      if (whole.length < runs.length) console.error(`${name} lost spans: ${lost}`);
      if (whole.length > 0) return [[name, whole]];
      if (name.startsWith('Signalbox') || name === 'none') process.exitCode = 1;
      return [];
    }),
  );
}
