/** Runs an agent once, into an OTLP backend and a Datadog Agent at once, and checks what both got. */
import { join } from 'node:path';
import { ProviderServer } from '../../test/genai/support/provider-server.ts';
import { DatadogAgent } from '../../test/support/datadog-agent.ts';
import { startOtlpReceiver } from '../../test/support/receivers/index.ts';
import { runApp } from '../../test/support/run-app.ts';
import { branches } from './style.mjs';

/**
 * Each span with tokens in and out and its cost in USD, as each backend must have it. The price is
 * 20 × 0.15 + 10 (cached) × 0.075 + 12 × 0.6 USD per million tokens.
 */
const WANTED = [
  ['invoke_agent travel', 'internal'],
  ['  chat gpt-4o-mini', 'client.request', '30 → 12', '$0.00001095'],
  ['    POST', 'http.client.request'],
  ['  execute_tool weather', 'internal'],
  ['  chat gpt-4o-mini', 'client.request', '30 → 12', '$0.00001095'],
  ['    POST', 'http.client.request'],
  ['  invoke_agent hotels', 'internal'],
  ['    chat gpt-4o-mini', 'client.request', '30 → 12', '$0.00001095'],
  ['      POST', 'http.client.request'],
];

export const AGENT_RUN = 'agent';

/** Both trees, and what is wrong with them. `meddle` spoils what arrived, for the demo's own tests. */
export async function runAgent(meddle = () => {}) {
  const receiver = await startOtlpReceiver('http/protobuf');
  const agent = await DatadogAgent.start();
  const provider = await new ProviderServer().start();
  try {
    const { code, stderr } = await runApp({
      app: join(import.meta.dirname, 'services/agent.mjs'),
      env: {
        ...receiver.env,
        SIGNALBOX_BACKEND: 'otlp,datadog',
        DD_TRACE_AGENT_URL: agent.url,
        OTEL_SERVICE_NAME: 'agent',
        MODEL_URL: provider.url,
      },
    }).exit;
    const trees = { otlp: receiver.spans.map(otlpSpan), datadog: agent.spans.map(datadogSpan) };
    meddle(trees);
    const lines = { otlp: linesOf(trees.otlp), datadog: linesOf(trees.datadog) };
    const problems = [
      ...(code === 0 ? [] : [`The agent ended with ${code}.`]),
      ...compare('OTLP', lines.otlp, ([name, , ...rest]) => [name, ...rest]),
      ...compare('Datadog', lines.datadog, (row) => row),
    ];
    return { name: AGENT_RUN, ...lines, problems, stderr: problems.length > 0 ? stderr : '' };
  } finally {
    await Promise.all([receiver.close(), agent.stop(), provider.stop()]);
  }
}

function otlpSpan({ traceId, spanId, parentSpanId, start, name, kind, attributes }) {
  return { traceId, spanId, parentSpanId, start, name, ...countsOf(attributes, 'gen_ai.usage.cost'), kind };
}

function datadogSpan({ span_id, parent_id, start, name: operation, resource, type, meta, metrics }) {
  return {
    traceId: meta['otel.trace_id'],
    spanId: span_id,
    parentSpanId: parent_id,
    start,
    name: resource,
    operation,
    type,
    ...countsOf(metrics, 'gen_ai.cost.estimated_total'),
  };
}

function countsOf(attributes, costName) {
  const { [costName]: cost, 'gen_ai.usage.input_tokens': input } = attributes;
  // The agent of a run has no tokens of its own, and no cost: its calls have.
  return {
    tokens: input === undefined ? undefined : `${input} → ${attributes['gen_ai.usage.output_tokens']}`,
    cost: cost === undefined ? undefined : `$${cost.toFixed(8)}`,
  };
}

const linesOf = (spans) =>
  branches([...spans].sort((one, other) => Number(one.start - other.start))).map(({ span, branch }) => ({
    ...span,
    branch,
  }));

/** What is wrong on one side; the branches count as indentation. */
function compare(side, lines, pick) {
  const got = lines.map(({ branch, name, operation, tokens, cost }) =>
    pick([branch.replace(/./gu, ' ') + name, operation, tokens, cost])
      .filter(Boolean)
      .join(' | '),
  );
  const wanted = WANTED.map((row) => pick(row).filter(Boolean).join(' | '));
  return got.join('\n') === wanted.join('\n')
    ? []
    : [`The agent's trace at ${side} is\n${got.join('\n')}\nand not\n${wanted.join('\n')}`];
}
