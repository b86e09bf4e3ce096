import {
  type Component,
  defineComponent,
  type EnvReader,
  loadPart,
  text,
  variable,
} from '../../core/index.ts';
import { CAPTURE, CONTENT, METRICS_LATEST, STABILITY_OPT_IN } from '../conventions/index.ts';
import type { GenAiInstrumentationOptions } from './options.ts';

/** Whoever turns all of them off need not load them. */
const all = (): typeof import('./all.ts') => loadPart<typeof import('./all.ts')>(import.meta.url, './all.ts');

const variables = [CONTENT, CAPTURE, STABILITY_OPT_IN];

/** Content is recorded if it may go anywhere at all; the processor decides how much of it, and where. */
function fromEnv(env: EnvReader): GenAiInstrumentationOptions {
  const mode = env.get(CONTENT);
  const capture = env.get(CAPTURE) ?? 'none';
  const latest = env.get(STABILITY_OPT_IN).includes('gen_ai_latest_experimental');
  return {
    captureContent: mode === undefined ? capture !== 'none' : mode !== 'off',
    ...(latest ? { chunkMetric: METRICS_LATEST.timePerOutputChunk } : {}),
  };
}

const openai = defineComponent({
  kind: 'instrumentation',
  name: 'openai',
  stability: 'beta',
  doc: 'Traces calls of `openai` 4 to 7: chat, responses, completions and embeddings, streamed or not.',
  variables,
  fromEnv,
  create: (options) => new (all().OpenAiInstrumentation)(options),
});

const mcp = defineComponent({
  kind: 'instrumentation',
  name: 'mcp',
  stability: 'beta',
  doc: 'Traces `@modelcontextprotocol/sdk` 1.x, client and server, with the context in `params._meta`.',
  variables,
  fromEnv,
  create: (options) => new (all().McpInstrumentation)(options),
});

const ANTHROPIC_CONTENT = variable({
  name: 'ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE',
  type: text('content or metadata_only'),
  topic: 'GenAI',
  doc: 'The switch of `@anthropic-ai/sdk` for what its spans record; read by that package. If it is not set, `SIGNALBOX_GENAI_CONTENT` decides.',
});

const anthropic = defineComponent({
  kind: 'instrumentation',
  name: 'anthropic',
  stability: 'beta',
  doc: 'Lets the spans that `@anthropic-ai/sdk` makes itself record content, if content is wanted.',
  variables: [...variables, ANTHROPIC_CONTENT],
  fromEnv: (env) => ({
    captureContent: env.get(ANTHROPIC_CONTENT) === undefined && fromEnv(env).captureContent === true,
  }),
  create: (options) => new (all().AnthropicInstrumentation)(options),
});

/** The GenAI instrumentations as components of the distro. */
export const GENAI_INSTRUMENTATIONS: readonly Component<'instrumentation', GenAiInstrumentationOptions>[] = [
  openai,
  anthropic,
  mcp,
];
