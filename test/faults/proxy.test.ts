/** A proxy between the application and its backend: for HTTP, and as a tunnel for TLS and gRPC. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { type Expected, expectAccounted, FAILS, LOST, WORKS } from './support/accounted.ts';
import { Backend, type Wire } from './support/backend.ts';
import { folder } from './support/folder.ts';
import { Proxy, type ProxyMood } from './support/proxy.ts';
import { IMPATIENT, type Orders, suffer } from './support/sufferer.ts';
import { tlsFiles } from './support/tls-files.ts';

/** No proxy is used for this machine, so it is called otherwise; only the proxy knows where that is. */
const HOST = 'backend.example';
const certificates: Certificates = createCertificates({ host: HOST });

interface Way {
  readonly wire: Wire;
  readonly isSecure: boolean;
  /** The variable that names the proxy; grpc-js knows the lower case only. */
  readonly variable: string;
}

const WAYS: readonly [name: string, way: Way][] = [
  ['http', { wire: 'http/protobuf', isSecure: false, variable: 'HTTP_PROXY' }],
  ['https', { wire: 'http/protobuf', isSecure: true, variable: 'HTTPS_PROXY' }],
  ['grpc', { wire: 'grpc', isSecure: false, variable: 'http_proxy' }],
  ['grpc with TLS', { wire: 'grpc', isSecure: true, variable: 'https_proxy' }],
];

interface Row {
  readonly fault: string;
  /** How it is when the process starts. Default `pass`. */
  readonly at?: ProxyMood;
  /** What happens while it runs. */
  readonly meanwhile?: (proxy: Proxy, backend: Backend) => Promise<unknown>;
  readonly orders?: Orders;
  readonly env?: Record<string, string>;
  readonly expected: Expected;
}

const STEADY: Orders = { spans: 200, chunk: 4, every: 20, patience: 40_000 };
const IN_FLIGHT = 80;
/** It says so for each connection, see docs/exporters.md. */
const GRPC_JS = /^E Failed to .*proxy /;
const PASSES: Expected = { outages: 1 };

async function asked(proxy: Proxy, times: number): Promise<void> {
  while (proxy.targets.length < times) await sleep(10);
}

const ROWS: readonly Row[] = [
  { fault: 'works', expected: {} },
  {
    fault: 'is not there for 2 s',
    at: 'refuse',
    meanwhile: async (proxy) => {
      await sleep(2_000);
      await proxy.treat('pass');
    },
    orders: STEADY,
    expected: PASSES,
  },
  {
    fault: 'hangs at first',
    at: 'hang',
    meanwhile: async (proxy) => {
      await asked(proxy, 2);
      await sleep(1_500);
      await proxy.treat('pass');
    },
    env: IMPATIENT,
    orders: STEADY,
    expected: PASSES,
  },
  {
    fault: 'dies again and again for 2 s',
    meanwhile: async (proxy, backend) => {
      while (backend.ids().length < 20) await sleep(10);
      await proxy.treat('die');
      await sleep(2_000);
      await proxy.treat('pass');
    },
    orders: STEADY,
    expected: { outages: 2, duplicates: IN_FLIGHT },
  },
  {
    fault: 'answers 407 until the end comes',
    at: 'ask',
    meanwhile: async (proxy) => {
      await asked(proxy, 1);
      await sleep(500);
      await proxy.treat('pass');
    },
    orders: { patience: 3_000 },
    env: { SIGNALBOX_SHUTDOWN_TIMEOUT: '30000' },
    expected: { lines: [FAILS, WORKS], within: 30_000 },
  },
  {
    fault: 'answers 407',
    at: 'ask',
    orders: { patience: 1_500 },
    expected: { unsent: 60, lines: [FAILS, LOST] },
  },
];

function through(proxy: Proxy, { variable }: Way, env: Record<string, string>): Record<string, string> {
  const named = Object.entries(env).map(([key, value]) => [
    key,
    value.replace(/127\.0\.0\.1|localhost/, HOST),
  ]);
  return { ...Object.fromEntries(named), [variable]: proxy.url('user', SECRET) };
}

const SECRET = ['hidden', 'word'].join('-');
const BASIC = `Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}`;

async function run([, way]: (typeof WAYS)[number], row: Row): Promise<void> {
  const { wire, isSecure } = way;
  await using backend = await Backend.start(wire, isSecure ? { tls: certificates.server } : {});
  await using proxy = await Proxy.open(row.at);
  await using files = folder();
  const tls = isSecure ? tlsFiles(files.path, certificates, false) : {};
  const env = { ...through(proxy, way, backend.env()), ...tls, ...row.env };
  await using sufferer = suffer(env, row.orders);
  await row.meanwhile?.(proxy, backend);
  const outcome = await sufferer.outcome;
  expectAccounted(outcome, backend.ids(), { foreign: GRPC_JS, ...row.expected });
  expect(outcome.exit.stderr).not.toContain(SECRET);
  expect(new Set(proxy.credentials)).toEqual(new Set([BASIC]));
  for (const target of proxy.targets) expect(target).toContain(`${HOST}:${backend.port}`);
}

const RUNS = ROWS.flatMap((row) => WAYS.map((way) => [way[0], row.fault, way, row] as const));

test.concurrent.each(RUNS)('%s, a proxy that %s', (_name, _fault, way, row) => run(way, row));

test.concurrent.each(WAYS.filter(([, { wire }]) => wire !== 'grpc').map((way) => [way[0], way] as const))(
  '%s: process.exit() delivers through the proxy',
  (_name, way) =>
    run(way, {
      fault: 'works',
      orders: { spans: 10, patience: 0, end: 'exit' },
      env: { OTEL_BSP_SCHEDULE_DELAY: '60000', SIGNALBOX_SHUTDOWN_TIMEOUT: '30000' },
      expected: { code: 4, within: 30_000 },
    }),
);
