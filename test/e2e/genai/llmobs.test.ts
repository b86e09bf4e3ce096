/** `dd_llmobs_enabled`: what Datadog is told about GenAI spans, in the decoded bytes of every signal. */
import { DatadogAgent } from '../../support/datadog-agent.ts';
import { startOtlpReceiver } from '../../support/receivers/index.ts';
import { runApp } from '../../support/run-app.ts';

const NAME = 'dd_llmobs_enabled';

/** What each side was told, as a list without repetitions; `undefined` for nothing. */
async function told(env: Record<string, string>) {
  await using stack = new AsyncDisposableStack();
  const agent = stack.adopt(await DatadogAgent.start(), (started) => started.stop());
  await using receiver = await startOtlpReceiver('http/protobuf');
  const exit = await runApp({
    app: 'logs-and-metrics.cjs',
    env: { ...receiver.env, DD_TRACE_AGENT_URL: agent.url, DD_DOGSTATSD_PORT: String(agent.udpPort), ...env },
  }).exit;
  expect([exit.code, exit.stderr]).toEqual([0, expect.not.stringMatching(/CFG0/)]);
  const { spans, metrics, logs } = receiver;
  return {
    datadog: [...new Set(agent.spans.map(({ meta }) => meta[NAME]))],
    otlp: [...new Set([...spans, ...metrics, ...logs].map(({ resource }) => resource.attributes[NAME]))],
    tagged: agent.lines.filter(({ tags }) => tags.some((tag) => tag.startsWith(NAME))).length,
  };
}

// With an OTLP endpoint set, the backend `datadog` sends its logs there.
test.each<[env: Record<string, string>, datadog: unknown[], otlp: unknown[]]>([
  [{ SIGNALBOX_BACKEND: 'datadog' }, ['true'], ['true']],
  [{ SIGNALBOX_BACKEND: 'datadog', DD_LLMOBS_ENABLED: 'false' }, ['false'], ['false']],
  [{ SIGNALBOX_BACKEND: 'datadog', OTEL_RESOURCE_ATTRIBUTES: `${NAME}=false` }, ['false'], ['false']],
  [
    { SIGNALBOX_BACKEND: 'datadog', DD_LLMOBS_ENABLED: 'true', OTEL_RESOURCE_ATTRIBUTES: `${NAME}=false` },
    ['true'],
    ['true'],
  ],
  // The resource is one for all destinations of the process.
  [{ SIGNALBOX_BACKEND: 'otlp,datadog' }, ['true'], ['true']],
  [{ SIGNALBOX_BACKEND: 'otlp' }, [], [undefined]],
  // Into Datadog through a Collector or its intake.
  [{ SIGNALBOX_BACKEND: 'otlp', DD_LLMOBS_ENABLED: 'true' }, [], ['true']],
  [{ SIGNALBOX_BACKEND: 'otlp', DD_LLMOBS_ENABLED: '0' }, [], ['false']],
])('%j', async (env, datadog, otlp) => {
  expect(await told(env)).toEqual({ datadog, otlp, tagged: 0 });
});
