import { GENAI_ATTRIBUTES } from '../../../src/genai/conventions/index.ts';

/** Whose words an attribute holds: what went in, what came out, or both in one. */
export type Side = 'prompts' | 'completions' | 'both';

const EXACT: Readonly<Record<string, Side>> = {
  'gen_ai.input.messages': 'prompts',
  'gen_ai.system_instructions': 'prompts',
  'gen_ai.tool.definitions': 'prompts',
  // The model is told what its tools do, as it is told everything else.
  'gen_ai.tool.description': 'prompts',
  'gen_ai.tool.call.arguments': 'prompts',
  'gen_ai.retrieval.query.text': 'prompts',
  'gen_ai.memory.query.text': 'prompts',
  'gen_ai.request.instructions': 'prompts',
  'gen_ai.output.messages': 'completions',
  'gen_ai.tool.call.result': 'completions',
  'gen_ai.retrieval.documents': 'completions',
  'gen_ai.memory.records': 'completions',
  'gen_ai.evaluation.explanation': 'completions',
  'input.value': 'prompts',
  'output.value': 'completions',
  'traceloop.entity.input': 'prompts',
  'traceloop.entity.output': 'completions',
  'tool.parameters': 'prompts',
  'tool.json_schema': 'prompts',
  'agent.input': 'prompts',
  'agent.goal': 'prompts',
  'agent.output': 'completions',
  metadata: 'both',
};

/** Prefixes of dialects' content; the rest of the key is an index or a path. */
const PREFIXES: readonly (readonly [prefix: string, side: Side])[] = [
  ['gen_ai.prompt', 'prompts'],
  ['gen_ai.completion', 'completions'],
  ['retrieval.documents', 'completions'],
  ['reranker.', 'both'],
  ['embedding.embeddings', 'both'],
  ['agent.tool.', 'both'],
  ['agent.reasoning', 'completions'],
  ['agent.memory', 'both'],
  ['message.', 'both'],
  ['traceloop.association.properties', 'both'],
];

/**
 * Within these namespaces, text that is not on the list below may be anyone's words. Numbers and
 * booleans are measurements and stay.
 */
const SUSPECT = ['llm.', 'ai.', 'anthropic.', 'gen_ai.', 'langsmith.', 'lk.', 'pydantic_ai.', 'traceloop.'];

const SAFE_TEXT =
  /^(?:gen_ai\.(?:operation|provider|system|conversation|output\.type|request|response|usage|agent\.(?:id|name|version)|workflow|data_source|tool\.(?:name|type|call\.id)|memory\.(?:store|record)|evaluation\.(?:name|score)|token|cost|prompt\.(?:name|version)|openai|server)(?:\.|$)|ai\.(?:operationId|telemetry\.functionId|settings|model|response\.(?:id|model|finishReason|timestamp))|anthropic\.(?:.*\.id|.*service_tier|message\.stop_reason|.*\.type|beta|toolset\.name|sdk\..*)$|llm\.(?:request\.type|system|provider|vendor|model|model_name|finish_reason|response\.(?:id|model)|error\.type)$|traceloop\.(?:span\.kind|entity\.name|entity\.version|workflow\.name)$|langsmith\.(?:span\.kind|trace\.name)$)/;

const WORDS_OUT = /completion|output|response|result|answer|document/i;
const WORDS_IN = /prompt|input|instruction|argument|query|request|schema|tool/i;

/**
 * Tells whether an attribute of a GenAI span, event or log record holds content. Known names come
 * from tables; other text in a dialect's namespace counts as content, so that a name nobody has
 * seen yet does not leak.
 */
export function contentSide(key: string, value: unknown): Side | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return sideOf(key, value);
  if (known.has(key)) return known.get(key);
  const side = sideOf(key, value);
  if (known.size < MAX_NAMES) known.set(key, side);
  return side;
}

/** What was found for texts; names with an index in them are many. */
const known = new Map<string, Side | undefined>();
const MAX_NAMES = 2_000;

function sideOf(key: string, value: unknown): Side | undefined {
  const exact = Object.hasOwn(EXACT, key) ? EXACT[key] : undefined;
  if (exact || Object.hasOwn(GENAI_ATTRIBUTES, key)) return exact;
  if (typeof value === 'number' || typeof value === 'boolean') return undefined;
  for (const [prefix, side] of PREFIXES) if (key.startsWith(prefix)) return isLabel(key) ? undefined : side;
  if (!SUSPECT.some((prefix) => key.startsWith(prefix)) || SAFE_TEXT.test(key)) return undefined;
  if (WORDS_OUT.test(key)) return 'completions';
  return WORDS_IN.test(key) ? 'prompts' : 'both';
}

function isLabel(key: string): boolean {
  return key === 'gen_ai.prompt.name' || key === 'gen_ai.prompt.version';
}
