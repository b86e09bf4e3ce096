/** What each client does in each cell of the matrix, and why some cells do not exist. */
import type { Span } from './run-clients.ts';

/** What may happen to a call. */
export const ROWS = [
  'whole',
  'stream with usage',
  'stream without usage',
  'tools',
  'limited',
  'cut',
  'abort',
  'embeddings',
  'responses',
  'responses stream',
] as const;

export type Row = (typeof ROWS)[number];

/** What must arrive of one cell, at every backend alike. */
export interface Cell {
  /** Every GenAI span with its parent; `cell` is the application's own span. */
  readonly tree: readonly string[];
  /** The spans that are calls of a model, or of a tool over MCP, by name. */
  readonly call: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Tokens and cost must be missing. */
  readonly uncounted?: boolean;
  readonly failed?: boolean;
  /** The client does not run its request within the span of the call. */
  readonly detached?: boolean;
  /** The time to the first chunk must be there, and nowhere else. */
  readonly firstChunk?: boolean;
}

const openaiTokens = {
  'gen_ai.provider.name': 'openai',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 12,
  'gen_ai.usage.cache_read.input_tokens': 10,
  // 20 × 0.15 + 10 × 0.075 + 12 × 0.6 USD per million.
  'gen_ai.usage.cost': expect.closeTo(0.00001095, 12),
  'gen_ai.cost.estimated_total': expect.closeTo(0.00001095, 12),
};
const anthropicTokens = {
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 12,
  'gen_ai.usage.cache_read.input_tokens': 10,
  'gen_ai.usage.cache_creation.input_tokens': 5,
  // 15 × 3 + 10 × 0.3 + 5 × 3.75 + 12 × 15 USD per million.
  'gen_ai.usage.cost': expect.closeTo(0.00024675, 12),
  'gen_ai.cost.estimated_total': expect.closeTo(0.00024675, 12),
};
const embedded = {
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.usage.input_tokens': 8,
  'gen_ai.usage.cost': expect.closeTo(1.6e-7, 14),
};
const limited = {
  // Datadog takes the class of the last exception, where one is recorded.
  'error.type': expect.stringMatching(/^(rate_limit_(exceeded|error)|AI_APICallError)$/),
  'signalbox.genai.error.category': 'rate_limited',
  'signalbox.genai.retry_after': 7,
  'http.response.status_code': 429,
};
const abandoned = { 'gen_ai.response.finish_reasons': ['error'] };
const cutOff = { 'error.type': expect.any(String) };

/** The spans around a call: none for a plain client, an agent and its step for the AI SDK. */
type Surroundings = (call: string) => string[];
const plain: Surroundings = (call) => [`${call} < cell`];
const agent: Surroundings = (call) => {
  const run = call.replace('chat', 'invoke_agent');
  return [`${call} < step 1`, `${run} < cell`, `step 1 < ${run}`];
};

const MODEL = 'gpt-4o-mini';
const chat = (around: Surroundings, model: string, shape: Omit<Cell, 'tree' | 'call'>): Cell => ({
  ...shape,
  call: `chat ${model}`,
  tree: around(`chat ${model}`),
});

/** Cells that look alike for whatever speaks to OpenAI. */
function openaiCells(around: Surroundings): Record<Row, Cell> {
  const counted = { attributes: openaiTokens };
  const none = { attributes: {}, uncounted: true };
  const call = 'embeddings text-embedding-3-small';
  return {
    whole: chat(around, MODEL, counted),
    'stream with usage': chat(around, MODEL, { ...counted, firstChunk: true }),
    'stream without usage': chat(around, MODEL, { ...none, firstChunk: true }),
    tools: { ...chat(around, MODEL, counted), tree: [`chat ${MODEL} < cell`, `chat ${MODEL} < cell`] },
    limited: chat(around, 'gpt-limited', { attributes: limited, uncounted: true, failed: true }),
    cut: chat(around, `${MODEL}-cut`, {
      attributes: { ...cutOff, 'signalbox.genai.error.category': 'connection' },
      uncounted: true,
      failed: true,
      firstChunk: true,
    }),
    abort: chat(around, `${MODEL}-hang`, { attributes: abandoned, uncounted: true, firstChunk: true }),
    embeddings: { call, tree: [`${call} < cell`], attributes: embedded },
    responses: chat(around, MODEL, counted),
    'responses stream': chat(around, MODEL, { ...counted, firstChunk: true }),
  };
}

const CLAUDE = 'claude-sonnet-4-5';
const anthropic: Record<Row, Cell | string> = {
  whole: chat(plain, CLAUDE, { attributes: anthropicTokens }),
  'stream with usage': chat(plain, CLAUDE, { attributes: anthropicTokens, firstChunk: true }),
  'stream without usage': 'every stream begins with its usage',
  tools: {
    ...chat(plain, CLAUDE, { attributes: anthropicTokens }),
    tree: [`chat ${CLAUDE} < cell`, `chat ${CLAUDE} < cell`],
  },
  limited: chat(plain, 'claude-limited', { attributes: limited, uncounted: true, failed: true }),
  // Its own tracing counts the input when the stream begins.
  cut: chat(plain, 'claude-cut', { attributes: cutOff, failed: true, firstChunk: true }),
  abort: chat(plain, 'claude-hang', { attributes: {}, firstChunk: true }),
  embeddings: 'Anthropic offers none',
  responses: 'an API of OpenAI',
  'responses stream': 'an API of OpenAI',
};

const embedding = 'embeddings text-embedding-3-small';
const steps = (count: number, names: (step: string) => string[]) =>
  Array.from({ length: count }, (_, index) => names(`step ${index + 1}`)).flat();
const run = `invoke_agent ${MODEL}`;
const ai: Record<Row, Cell | string> = {
  ...openaiCells(agent),
  // It asks for the usage; this provider does not obey.
  'stream without usage': chat(agent, `${MODEL}-silent`, {
    attributes: {},
    uncounted: true,
    firstChunk: true,
  }),
  tools: {
    call: `chat ${MODEL}`,
    attributes: openaiTokens,
    tree: [
      ...steps(2, (step) => [`chat ${MODEL} < ${step}`, `${step} < ${run}`]),
      'execute_tool look < step 1',
      `${run} < cell`,
    ],
  },
  cut: chat(agent, `${MODEL}-cut`, { attributes: cutOff, uncounted: true, failed: true }),
  // Its spans say nothing of an abort but that there was no more.
  abort: chat(agent, `${MODEL}-hang`, { attributes: {}, uncounted: true }),
  // Two spans of its own for one call; only the inner one counts.
  embeddings: {
    call: embedding,
    detached: true,
    attributes: embedded,
    tree: [`${embedding} < ${embedding}`, `${embedding} < cell`],
  },
};

const noModel = 'MCP calls tools, not models';
const both = (name: string) => [`${name} < ${name}`, `${name} < cell`];
const mcp: Record<Row, Cell | string> = {
  whole: noModel,
  'stream with usage': noModel,
  'stream without usage': noModel,
  tools: {
    call: 'tools/call echo',
    attributes: { 'gen_ai.tool.name': 'echo', 'mcp.method.name': 'tools/call' },
    uncounted: true,
    tree: ['initialize', 'tools/call echo', 'tools/call broken', 'tools/call missing'].flatMap(both),
  },
  limited: 'JSON-RPC has no status and no retry-after',
  cut: {
    call: 'tools/call hang',
    attributes: { 'gen_ai.tool.name': 'hang', 'error.type': '-32000' },
    uncounted: true,
    failed: true,
    // The tool never ends, and so does not the server's span.
    tree: [...both('initialize'), 'tools/call hang < cell'],
  },
  abort: {
    call: 'tools/call hang',
    attributes: { 'gen_ai.tool.name': 'hang', 'error.type': expect.any(String) },
    uncounted: true,
    failed: true,
    tree: [...both('initialize'), 'tools/call hang < cell'],
  },
  embeddings: noModel,
  responses: noModel,
  'responses stream': noModel,
};

/** All cells. A text says why there is none. */
export const CELLS: Readonly<Record<string, Readonly<Record<Row, Cell | string>>>> = {
  openai6: openaiCells(plain),
  openai7: openaiCells(plain),
  anthropic,
  ai,
  langchain: openaiCells(plain),
  mcp,
};

/** `child < parent` of each span, in alphabetical order. */
export function treeOf(spans: readonly Span[], all: readonly Span[]): string[] {
  const names = new Map(all.map(({ id, name }) => [id, name.startsWith('scenario ') ? 'cell' : name]));
  return spans.map(({ name, parent }) => `${name} < ${names.get(parent)}`).sort();
}
