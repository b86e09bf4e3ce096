/** Runs the three services once against one backend and checks what it received. */
import { join } from 'node:path';
import { outline } from '../../test/support/outline.ts';
import { runApp } from '../../test/support/run-app.ts';
import { REQUESTS } from './requests.mjs';

/** How long an answer may take, and what is still on its way when the services have ended. Milliseconds. */
const PATIENCE = { answer: 5_000, spans: 1_000 };
const SENT = REQUESTS.reduce((sum, { spans }) => sum + spans.length, 0);

export async function run(backend) {
  const began = performance.now();
  const { env, sides, close } = await backend.start();
  const services = [];
  const start = async (name, file, own = {}) => {
    const app = runApp({
      app: join(import.meta.dirname, 'services', file),
      loader: 'require',
      env: { ...env, OTEL_SERVICE_NAME: name, ...own },
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
    for (const [index, { signal }] of exits.entries()) {
      if (signal !== 'SIGTERM') problems.push(`${services.at(-1 - index).name} did not end by SIGTERM.`);
    }
    const written = exits.flatMap(({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    const results = [];
    for (const side of sides) {
      await side.waitForSpans(SENT, PATIENCE.spans).catch(() => {}); // What is missing is reported below.
      results.push(judge(side, written));
    }
    problems.push(...results.flatMap((result) => result.problems), ...compare(results));
    return {
      name: backend.name,
      env,
      startUpLine: exits[0].stderr.split('\n')[0],
      stderr: problems.length > 0 ? exits.map(({ stderr }) => stderr).join('') : '',
      sides: results,
      milliseconds: performance.now() - began,
      problems,
    };
  } finally {
    for (const { app } of services) await app[Symbol.asyncDispose]();
    await close();
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

/** With several sides, the spans must be the same at each. */
function compare([first, ...others]) {
  const idsOf = ({ traces }) =>
    traces
      .flat()
      .map(({ traceId, spanId }) => `${traceId} ${spanId}`)
      .sort()
      .join('\n');
  const differing = others.filter((side) => idsOf(side) !== idsOf(first));
  return differing.map(({ name }) => `${name} has other spans than ${first.name}.`);
}

/** What arrived at one side, and what is wrong with it. */
function judge(side, written) {
  const { name, spans, metrics, malformed } = side;
  const traces = tracesOf(spans);
  const logs = side.judgeLogs(written, new Set(spans.map(({ traceId }) => traceId)));
  const problems = malformed.map((reason) => `The receiver could not read a request: ${reason}`);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  if (ids.size < spans.length) problems.push(`${spans.length - ids.size} spans arrived twice.`);
  if (traces.length !== REQUESTS.length) problems.push(`${traces.length} traces, not ${REQUESTS.length}.`);
  for (const [index, request] of REQUESTS.entries()) {
    const got = outline(traces[index] ?? [], side.line).join('\n');
    const wanted = side.wanted(request).join('\n');
    if (got !== wanted) problems.push(`The trace of ${request.path} is\n${got}\nand not\n${wanted}`);
  }
  problems.push(...logs.problems);
  if (metrics.length === 0) problems.push('No metrics arrived.');
  return {
    name,
    traces,
    sent: SENT,
    received: spans.length,
    metrics: new Set(metrics).size,
    logs,
    problems,
  };
}
