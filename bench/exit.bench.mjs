/**
 * The end of a process: ten spans ended just before it, how many the backend has, and how much longer
 * the process took than the same one without telemetry (p50 and p95, in ms). Every way to end, every
 * protocol, against OpenTelemetry's NodeSDK and dd-trace; real processes, real servers on loopback.
 * Run: `npm run build && npm run bench -- exit`. EXIT_BENCH_SETTLE=1000 lets each process run for 1 s first;
 * EXIT_BENCH_ROUNDS and EXIT_BENCH_ONLY (a part of a name) make it shorter.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent } from '../test/support/datadog-agent.ts';
import { startOtlpReceiver } from '../test/support/receivers/index.ts';

const SUPPORT = join(import.meta.dirname, 'support');
const REGISTER = join(import.meta.dirname, '..', 'register.js');
const ROUNDS = Number(process.env.EXIT_BENCH_ROUNDS ?? (process.env.BENCH_QUICK ? 3 : 20));
const ENDS = ['natural', 'exit()', 'throw', 'rejection', 'SIGTERM', 'SIGINT'];
/** What does not end by itself is killed, and its time is not counted. */
const GIVE_UP = 3_500;
const { EXIT_BENCH_SETTLE: SETTLE } = process.env;
const QUIET = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_LOG_LEVEL: 'warn',
  ...(SETTLE ? { OTEL_BSP_SCHEDULE_DELAY: '100' } : {}),
};

/** Spans of the end, not those before it. */
const countLast = (names) => names.filter((name) => name.startsWith('span ')).length;

/** Starts a backend, and says how to send there and how many spans came. */
async function otlp(protocol) {
  const receiver = await startOtlpReceiver(protocol);
  return {
    env: { ...QUIET, ...receiver.env },
    count: () => countLast(receiver.spans.map(({ name }) => name)),
    clear: () => receiver.clear(),
    close: () => receiver.close(),
  };
}

async function agent() {
  const server = await DatadogAgent.start();
  return {
    env: { ...QUIET, DD_TRACE_AGENT_URL: server.url },
    count: () => countLast(server.spans.map(({ resource }) => resource)),
    clear: () => void server.requests.splice(0),
    close: () => server.stop(),
  };
}

const nowhere = async () => ({ env: {}, count: () => 0, clear: () => {}, close: async () => {} });
const down = async () => ({
  ...(await nowhere()),
  env: { ...QUIET, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
});

const CONTENDERS = [
  { name: 'no telemetry', backend: nowhere },
  ...['http/protobuf', 'http/json', 'grpc'].map((protocol) => ({
    name: `signalbox ${protocol}`,
    preload: REGISTER,
    backend: () => otlp(protocol),
  })),
  {
    name: 'signalbox datadog',
    preload: REGISTER,
    backend: agent,
    env: { SIGNALBOX_BACKEND: 'datadog' },
  },
  { name: 'signalbox, backend down', preload: REGISTER, backend: down },
  ...['http/protobuf', 'grpc'].map((protocol) => ({
    name: `NodeSDK ${protocol}`,
    preload: join(SUPPORT, 'exit-node-sdk.cjs'),
    backend: () => otlp(protocol),
  })),
  {
    name: 'dd-trace',
    preload: join(SUPPORT, 'exit-dd-trace.cjs'),
    backend: agent,
    env: { EXIT_BENCH_PEER: 'dd-trace' },
  },
];

/** Milliseconds from the end that the application wanted to the end of the process; undefined if there was none. */
function run(end, { preload }, env) {
  return new Promise((resolve) => {
    const args = [...(preload ? ['--require', preload] : []), join(SUPPORT, 'exit-app.cjs'), end];
    const { PATH } = process.env;
    const child = spawn(process.execPath, args, {
      env: { PATH, ...(SETTLE ? { EXIT_BENCH_SETTLE: SETTLE } : {}), ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let from;
    let killed = false;
    let timer;
    child.stdout.once('data', (line) => {
      timer = setTimeout(() => {
        killed = true;
        child.kill('SIGKILL');
      }, GIVE_UP);
      from = BigInt(line.toString().trim());
      if (!end.startsWith('SIG')) return;
      from = process.hrtime.bigint();
      child.kill(end);
    });
    child.once('exit', () => {
      const until = process.hrtime.bigint();
      clearTimeout(timer);
      resolve(killed ? undefined : Number(until - from) / 1e6);
    });
  });
}

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);

/** @param numbers sorted */
function percentile(numbers, share) {
  return numbers[Math.min(numbers.length - 1, Math.ceil(share * numbers.length) - 1)];
}

const only = process.env.EXIT_BENCH_ONLY;
const chosen = CONTENDERS.filter(({ name, preload }) => !preload || !only || name.includes(only));
const row = (texts) => console.log(texts.map((text, index) => text.padEnd(index === 0 ? 28 : 14)).join(''));

/** All contenders in turn, so that what else the machine does is the same for all. */
async function compare(end) {
  const backends = await Promise.all(chosen.map(({ backend }) => backend()));
  const cells = chosen.map(() => ({ times: [], spans: [], stuck: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contender] of chosen.entries()) {
      const backend = backends[index];
      backend.clear();
      const ms = await run(end, contender, { ...backend.env, ...contender.env });
      if (ms === undefined) cells[index].stuck++;
      else cells[index].times.push(ms);
      cells[index].spans.push(backend.count());
    }
  }
  await Promise.all(backends.map(({ close }) => close()));
  return cells;
}

function print(end, [base, ...cells]) {
  const floor = percentile(sorted(base.times), 0.5);
  console.log(`\n${end}: ${floor.toFixed(0)} ms without telemetry`);
  row(['', 'p50', 'p95', 'delivered', 'never ends']);
  for (const [index, { times, spans, stuck }] of cells.entries()) {
    const added = sorted(times).map((ms) => ms - floor);
    const took = [0.5, 0.95].map((share) =>
      added.length > 0 ? `+${Math.max(0, percentile(added, share)).toFixed(0)}` : '-',
    );
    const mean = spans.reduce((sum, count) => sum + count, 0) / spans.length;
    row([
      chosen[index + 1].name,
      ...took,
      `${Math.round(mean * 10) / 10} of 10`,
      stuck > 0 ? `${stuck} of ${spans.length}` : '',
    ]);
  }
}

console.log(
  `ms longer than without telemetry; ${ROUNDS} runs each, load ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`,
);
for (const end of ENDS) print(end, await compare(end));
