/** Whatever the Datadog Agent does wrong: a clear line at most once, and a healthy application. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent, type Mood } from '../support/datadog-agent.ts';
import { runApp } from '../support/run-app.ts';

const status =
  (code: number): Mood =>
  (request, response) => {
    if (request.url !== '/v0.4/traces') return false;
    response.writeHead(code).end();
    return true;
  };

/** Only traces; the rest of the Agent stays well. */
const onTraces =
  (act: (response: Parameters<Mood>[1]) => void): Mood =>
  (request, response) => {
    if (request.url !== '/v0.4/traces') return false;
    act(response);
    return true;
  };

interface Fault {
  readonly what: string;
  readonly mood?: Mood;
  readonly rates?: unknown;
  readonly env?: (directory: string) => Record<string, string>;
  /** What the one line says; undefined if there is nothing to say. */
  readonly line?: RegExp;
  /** True if spans count as delivered. */
  readonly delivers?: boolean;
}

const FAULTS: readonly Fault[] = [
  {
    what: 'is absent',
    env: () => ({ DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' }),
    line: /datadog .*127\.0\.0\.1:9.*connection refused/,
  },
  {
    what: 'is slow',
    mood: onTraces((response) => setTimeout(() => response.end('{}'), 60_000).unref()),
    env: () => ({ SIGNALBOX_DATADOG_TIMEOUT: '50' }),
    line: /datadog .*no answer within 50 ms/,
  },
  {
    what: 'dribbles',
    mood: onTraces((response) => {
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    }),
    env: () => ({ SIGNALBOX_DATADOG_TIMEOUT: '50' }),
    line: /datadog .*no answer within 50 ms/,
  },
  {
    what: 'answers what is no HTTP',
    mood: onTraces((response) => response.socket?.end('garbage\r\n\r\n')),
    line: /datadog .*the answer is not HTTP/,
  },
  {
    what: 'answers a web page',
    mood: onTraces((response) => response.setHeader('content-type', 'text/html').end('<html>')),
    line: /datadog .*web page/,
  },
  { what: 'answers 413', mood: status(413), line: /datadog .*HTTP 413/ },
  { what: 'answers 429', mood: status(429), line: /datadog .*HTTP 429/ },
  { what: 'answers 500', mood: status(500), line: /datadog .*HTTP 500/ },
  {
    what: 'closes in the middle of a request',
    mood: onTraces((response) => response.socket?.destroy()),
    line: /datadog .*the Agent closed the connection/,
  },
  {
    what: 'has a socket that is none',
    env: (directory) => {
      const path = join(directory, 'apm.socket');
      writeFileSync(path, 'only a file');
      return { DD_TRACE_AGENT_URL: `unix://${path}` };
    },
    line: /datadog .*apm\.socket.*(connection refused|the path is no socket)/,
  },
  {
    what: 'has a socket that is not there',
    env: (directory) => ({ DD_TRACE_AGENT_URL: `unix://${directory}/none.socket` }),
    line: /datadog .*none\.socket.*the socket does not exist/,
  },
  { what: 'answers rates that are no JSON', rates: '<rates>', delivers: true, line: /not JSON/ },
  { what: 'answers rates of the wrong kind', rates: { rate_by_service: [1, 'x'] }, delivers: true },
];

test.concurrent.each(FAULTS)('the Agent $what', async (fault) => {
  const agent = await DatadogAgent.start();
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-datadog-'));
  try {
    await suffer(fault, agent, directory);
  } finally {
    await agent.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});

async function suffer(fault: Fault, agent: DatadogAgent, directory: string): Promise<void> {
  const { mood, rates, env, line, delivers = false } = fault;
  agent.mood = mood;
  if (rates !== undefined) agent.rates = rates;
  await using app = runApp({
    app: 'http-express.cjs',
    timeout: 40_000,
    env: {
      SIGNALBOX_BACKEND: 'datadog',
      OTEL_METRICS_EXPORTER: 'none',
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'shop',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
      SIGNALBOX_SHUTDOWN_TIMEOUT: '500',
      ...env?.(directory),
    },
  });
  const [, port] = await app.waitForLine(/listening on (\d+)/);
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  for (let index = 0; index < 3; index++) expect(await ask()).toBe('http, fetch');
  if (line) await app.waitForLine(line, 'stderr');
  // More of the same: nothing more is said, and the application still answers.
  for (let index = 0; index < 3; index++) expect(await ask()).toBe('http, fetch');
  // Eight spans for each request.
  if (delivers) await agent.until(({ spans }) => spans.length >= 48);
  app.kill('SIGTERM');
  const { signal, stderr } = await app.exit;
  expect(signal).toBe('SIGTERM');
  // What is lost at the end is counted in a line of its own.
  const lines = stderr.trim().split('\n');
  const [started, ...said] = lines.filter((one) => !one.includes('lost in this process'));
  expect(started).toMatch(/ started: service shop/);
  expect(said).toEqual(line ? [expect.stringMatching(line)] : []);
  if (!delivers) expect(agent.spans).toEqual([]);
}
