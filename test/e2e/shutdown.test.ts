/** What is under way when `shutdown()` gives up does not keep the process alive, wherever it got stuck. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { runApp } from '../support/run-app.ts';

const APP = join(import.meta.dirname, 'apps', 'shut-down.cjs');
/** What a busy machine may add; far below the ten seconds of a request and the minutes of a connection. */
const SLACK = 4_000;

/** Takes connections and never says a word: no answer, no handshake. */
let silent: Server;
/** Listens, but takes no connection: its packets are dropped once its queue is full. */
let full: ChildProcess;
let fullPort = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  silent.listen(0, '127.0.0.1');
  const code = `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;
  full = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(full.stdout as NonNullable<typeof full.stdout>, 'data');
  fullPort = Number(String(port));
  for (let index = 0; index < 8; index++) {
    sockets.push(connect(fullPort, '127.0.0.1').on('error', () => {}));
  }
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  full.kill('SIGKILL');
});

const silentUrl = (scheme: string) => `${scheme}://127.0.0.1:${(silent.address() as AddressInfo).port}`;
const fullUrl = (scheme: string) => `${scheme}://127.0.0.1:${fullPort}`;
const otlp = (protocol: string, endpoint: string) => ({
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
});

test.each<[where: string, env: () => Record<string, string>]>([
  ['OTLP over HTTP, no answer', () => otlp('http/protobuf', silentUrl('http'))],
  ['OTLP over HTTPS, no handshake', () => otlp('http/protobuf', silentUrl('https'))],
  ['OTLP over HTTP, no connection', () => otlp('http/protobuf', fullUrl('http'))],
  ['OTLP over gRPC, no answer', () => otlp('grpc', silentUrl('http'))],
  ['OTLP over gRPC, no TLS handshake', () => otlp('grpc', silentUrl('https'))],
  ['OTLP over gRPC, no connection', () => otlp('grpc', fullUrl('http'))],
  [
    'a Datadog Agent, no answer',
    () => ({ SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: silentUrl('http') }),
  ],
  [
    'a Datadog Agent, no connection',
    () => ({ SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: fullUrl('http') }),
  ],
])('%s', async (_where, env) => {
  const app = runApp({ app: APP, loader: 'none', env: { ...env(), SIGNALBOX_SHUTDOWN_TIMEOUT: '300' } });
  const exit = await app.exit;
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.stdout).toContain('done {"dropped":{"shutdown":1},"inMemory":0}');
  expect(exit.afterOutput).toBeLessThan(SLACK);
});
