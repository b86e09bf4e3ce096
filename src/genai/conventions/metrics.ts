/** An instrument of the conventions. Units are seconds and tokens, never milliseconds. */
export interface MetricSpec {
  readonly name: string;
  readonly kind: 'histogram' | 'counter';
  readonly unit: string;
  readonly description: string;
  readonly boundaries?: number[];
}

const CALL = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const AGENT = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const WORKFLOW = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const MCP = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const COST = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

function seconds(name: string, description: string, boundaries: number[]): MetricSpec {
  return { name, kind: 'histogram', unit: 's', description, boundaries };
}

function tokens(name: string, description: string): MetricSpec {
  return { name, kind: 'counter', unit: '{token}', description };
}

/** The instruments of one profile; what a profile does not define is absent. */
export interface MetricSet {
  /** Inference calls. */
  readonly inferenceDuration: MetricSpec;
  /** Embeddings, retrieval, memory. */
  readonly operationDuration: MetricSpec;
  readonly timeToFirstChunk: MetricSpec;
  readonly timePerOutputChunk: MetricSpec;
  /** 1.41: one histogram, told apart by `gen_ai.token.type`. */
  readonly tokenUsage?: MetricSpec;
  /** Later: one counter per usage attribute, told apart by `gen_ai.token.modality`. */
  readonly tokenCounters?: Readonly<Record<string, MetricSpec>>;
  readonly agentDuration: MetricSpec;
  readonly toolDuration: MetricSpec;
  readonly workflowDuration: MetricSpec;
  readonly mcpClientDuration: MetricSpec;
  readonly mcpServerDuration: MetricSpec;
}

const SHARED = {
  agentDuration: seconds('gen_ai.invoke_agent.duration', 'Duration of an agent invocation.', AGENT),
  toolDuration: seconds('gen_ai.execute_tool.duration', 'Duration of a tool call.', CALL),
  mcpClientDuration: seconds(
    'mcp.client.operation.duration',
    'Duration of an MCP request, at the client.',
    MCP,
  ),
  mcpServerDuration: seconds(
    'mcp.server.operation.duration',
    'Duration of an MCP request, at the server.',
    MCP,
  ),
};

const OPERATION = seconds('gen_ai.client.operation.duration', 'Duration of a GenAI operation.', CALL);

/** Names and boundaries of 1.41. */
export const METRICS_1_41: MetricSet = {
  ...SHARED,
  inferenceDuration: OPERATION,
  operationDuration: OPERATION,
  timeToFirstChunk: seconds(
    'gen_ai.client.operation.time_to_first_chunk',
    'Time until the first chunk of a streamed response.',
    CALL,
  ),
  timePerOutputChunk: seconds(
    'gen_ai.client.operation.time_per_output_chunk',
    'Time between two chunks of a streamed response.',
    CALL,
  ),
  tokenUsage: {
    name: 'gen_ai.client.token.usage',
    kind: 'histogram',
    unit: '{token}',
    description: 'Input and output tokens of one call.',
    boundaries: TOKENS,
  },
  workflowDuration: seconds('gen_ai.workflow.duration', 'Duration of a workflow.', WORKFLOW),
};

const INFERENCE = 'gen_ai.client.inference';

/** Names and boundaries after 1.41. */
export const METRICS_LATEST: MetricSet = {
  ...SHARED,
  inferenceDuration: seconds(`${INFERENCE}.duration`, 'Duration of an inference call.', CALL),
  operationDuration: OPERATION,
  timeToFirstChunk: seconds(
    `${INFERENCE}.time_to_first_chunk`,
    'Time until the first chunk of a streamed response.',
    CALL,
  ),
  timePerOutputChunk: seconds(
    `${INFERENCE}.time_per_output_chunk`,
    'Time between two chunks of a streamed response.',
    CALL,
  ),
  tokenCounters: {
    'gen_ai.usage.input_tokens': tokens(`${INFERENCE}.usage.input_tokens`, 'Input tokens.'),
    'gen_ai.usage.output_tokens': tokens(`${INFERENCE}.usage.output_tokens`, 'Output tokens.'),
    'gen_ai.usage.cache_read.input_tokens': tokens(
      `${INFERENCE}.usage.cache_read.input_tokens`,
      'Input tokens read from a cache.',
    ),
    'gen_ai.usage.cache_creation.input_tokens': tokens(
      `${INFERENCE}.usage.cache_write.input_tokens`,
      'Input tokens written to a cache.',
    ),
    'gen_ai.usage.reasoning.output_tokens': tokens(
      `${INFERENCE}.usage.reasoning.output_tokens`,
      'Output tokens spent on reasoning.',
    ),
  },
  workflowDuration: seconds('gen_ai.invoke_workflow.duration', 'Duration of a workflow.', WORKFLOW),
};

/** Instruments of our own, in every profile. */
export const OWN_METRICS = {
  cost: {
    name: 'signalbox.genai.cost',
    kind: 'histogram',
    unit: '{USD}',
    description: 'Estimated cost of one call.',
    boundaries: COST,
  },
  tokens: tokens('signalbox.genai.tokens', 'Tokens by `gen_ai.token.type`.'),
  unpriced: {
    name: 'signalbox.genai.unpriced_calls',
    kind: 'counter',
    unit: '{call}',
    description: 'Calls with usage and without a cost, by reason.',
  },
} as const satisfies Record<string, MetricSpec>;
