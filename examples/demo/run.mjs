/** Runs the three services once against one backend and checks what it received. */
import { join } from 'node:path';
import { outline } from '../../test/support/outline.ts';
import { runApp } from '../../test/support/run-app.ts';
import { line, REQUESTS } from './requests.mjs';

/** How long an answer may take, and what is still on its way when the services have ended. Milliseconds. */
const PATIENCE = { answer: 5_000, spans: 1_000 };
const SENT = REQUESTS.reduce((sum, { spans }) => sum + spans.length, 0);

export async function run(backend) {
  const began = performance.now();
  const receiver = await backend.start();
  const services = [];
  const start = async (name, file, env = {}) => {
    const app = runApp({
      app: join(import.meta.dirname, 'services', file),
      loader: 'require',
      env: { ...receiver.env, OTEL_SERVICE_NAME: name, ...env },
    });
    services.push({ name, app });
    const [, port] = await app.waitForLine(/listening on (\d+)/);
    return `http://127.0.0.1:${port}`;
  };
  const problems = [];
  try {
    const model = await start('model', 'model.mjs');
    const planner = await start('planner', 'planner.mjs', { MODEL_URL: model });
    const gateway = await start('gateway', 'gateway.cjs', { PLANNER_URL: planner });
    for (const { path, status } of REQUESTS) {
      const response = await fetch(gateway + path, { signal: AbortSignal.timeout(PATIENCE.answer) });
      await response.text();
      if (response.status !== status) problems.push(`${path} answered ${response.status}, not ${status}.`);
    }
    const exits = await stop(services);
    await receiver.waitForSpans(SENT, PATIENCE.spans).catch(() => {}); // What is missing is reported below.
    const traces = tracesOf(receiver.spans);
    const logsSent = exits.reduce((sum, { stdout }) => sum + stdout.split('\n').length - 1, 0);
    problems.push(...check(receiver, traces, logsSent));
    for (const [index, { signal }] of exits.entries()) {
      if (signal !== 'SIGTERM') problems.push(`${services.at(-1 - index).name} did not end by SIGTERM.`);
    }
    return {
      name: backend.name,
      env: receiver.env,
      startUpLine: exits[0].stderr.split('\n')[0],
      stderr: problems.length > 0 ? exits.map(({ stderr }) => stderr).join('') : '',
      traces,
      sent: SENT,
      received: receiver.spans.length,
      metrics: new Set(receiver.metrics.map(({ name }) => name)).size,
      logsSent,
      logs: receiver.logs,
      milliseconds: performance.now() - began,
      problems,
    };
  } finally {
    for (const { app } of services) await app[Symbol.asyncDispose]();
    await receiver.close();
  }
}

/** Ends the services as an orchestrator does, front door first. None of them has a handler. */
async function stop(services) {
  const exits = [];
  for (const { app } of [...services].reverse()) {
    app.kill('SIGTERM');
    exits.push(await app.exit);
  }
  return exits;
}

/** The traces in order of their start: as the requests were made, one after the other. */
function tracesOf(spans) {
  const traces = Map.groupBy(
    [...spans].sort((one, other) => Number(one.start - other.start)),
    ({ traceId }) => traceId,
  );
  return [...traces.values()];
}

function check({ spans, metrics, logs, malformed }, traces, logsSent) {
  const problems = malformed.map((reason) => `The receiver could not read a request: ${reason}`);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  if (ids.size < spans.length) problems.push(`${spans.length - ids.size} spans arrived twice.`);
  if (traces.length !== REQUESTS.length) problems.push(`${traces.length} traces, not ${REQUESTS.length}.`);
  for (const [index, request] of REQUESTS.entries()) {
    const got = outline(traces[index] ?? [], line).join('\n');
    const wanted = request.spans.join('\n');
    if (got !== wanted) problems.push(`The trace of ${request.path} is\n${got}\nand not\n${wanted}`);
  }
  if (logs.length !== logsSent)
    problems.push(`${logsSent} log records were written, ${logs.length} arrived.`);
  const traceIds = new Set(spans.map(({ traceId }) => traceId));
  const lost = logs.filter(({ traceId }) => traceId && !traceIds.has(traceId)).length;
  if (lost > 0) problems.push(`${lost} log records name a trace that did not arrive.`);
  if (metrics.length === 0) problems.push('No metrics arrived.');
  return problems;
}
