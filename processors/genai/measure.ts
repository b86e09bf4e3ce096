import {
  type Attributes,
  type Counter,
  type Histogram,
  type MeterProvider,
  metrics,
} from '@opentelemetry/api';
import {
  ATTR,
  isBilled,
  isInference,
  type MetricSet,
  type MetricSpec,
  OWN_METRICS,
  type Profile,
} from '../../src/genai/conventions/index.ts';
import type { Draft } from './dialects/index.ts';
import { NameLimiter } from './names.ts';

/** Metrics that an emitter records itself, by the name of its scope. They must not be recorded twice. */
const MEASURED_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  '@opentelemetry/instrumentation-openai': ['gen_ai.client.operation.duration', 'gen_ai.client.token.usage'],
  // The AI SDK 7.
  gen_ai: ['gen_ai.client.inference.duration'],
};

const TOKEN_TYPES: Readonly<Record<string, string>> = {
  [ATTR.inputTokens]: 'input',
  [ATTR.outputTokens]: 'output',
  [ATTR.cacheReadTokens]: 'cache_read',
  [ATTR.cacheCreationTokens]: 'cache_creation',
  [ATTR.reasoningTokens]: 'reasoning',
};

/** One ended span, for measuring. */
export interface EndedCall {
  readonly attributes: Draft;
  readonly seconds: number;
  readonly scope: string;
  /** SERVER spans are the other side of a call. */
  readonly isServer: boolean;
}

/** Records the standard GenAI metrics, and cost and tokens, from ended spans. */
export class GenAiMetrics {
  private readonly set: MetricSet;
  private readonly instruments = new Map<string, Histogram | Counter>();
  /** By attribute: many tools must not take the place of models. */
  private readonly names = new Map<string, NameLimiter>();
  private readonly provider: () => MeterProvider;

  /**
   * @param maxNames how many models are told apart, how many agents, how many tools
   * @param provider default: the global one, when the first span ends
   */
  constructor(
    profile: Profile,
    private readonly maxNames: number,
    provider?: MeterProvider,
  ) {
    this.set = profile.metrics;
    this.provider = () => provider ?? metrics.getMeterProvider();
  }

  /** Durations, tokens and cost of one span. `attributes` carry the names of 1.41. */
  record(call: EndedCall): void {
    const { attributes, scope } = call;
    const measured = MEASURED_BY_SCOPE[scope] ?? [];
    const common = this.common(attributes);
    this.recordDuration(call, common, measured);
    if (!isBilled(attributes[ATTR.operation])) return;
    this.recordTokens(attributes, common, measured);
    const cost = attributes[ATTR.cost];
    if (typeof cost === 'number') this.histogram(OWN_METRICS.cost).record(cost, common);
  }

  /** Counts a call that has usage and no price. */
  unpriced(attributes: Draft, reason: string): void {
    this.counter(OWN_METRICS.unpriced).add(1, {
      [ATTR.provider]: this.limited(ATTR.provider, attributes[ATTR.provider]) ?? 'unknown',
      [ATTR.requestModel]:
        this.limited(ATTR.requestModel, attributes[ATTR.responseModel] ?? attributes[ATTR.requestModel]) ??
        'unknown',
      reason,
    });
  }

  private recordDuration(
    { attributes, seconds, isServer }: EndedCall,
    common: Attributes,
    measured: readonly string[],
  ): void {
    const operation = attributes[ATTR.operation];
    if ('mcp.method.name' in attributes) {
      const spec = isServer ? this.set.mcpServerDuration : this.set.mcpClientDuration;
      this.histogram(spec).record(seconds, this.mcp(attributes));
      return;
    }
    switch (operation) {
      case 'invoke_agent':
        this.histogram(this.set.agentDuration).record(seconds, this.pick(attributes, AGENT_KEYS));
        return;
      case 'execute_tool':
        this.histogram(this.set.toolDuration).record(seconds, this.pick(attributes, TOOL_KEYS));
        return;
      case 'invoke_workflow':
        this.histogram(this.set.workflowDuration).record(seconds, this.pick(attributes, WORKFLOW_KEYS));
        return;
    }
    if (operation === undefined || operation === 'agent_step' || operation === 'plan') return;
    const { inferenceDuration, operationDuration } = this.set;
    const duration = isInference(operation) ? inferenceDuration : operationDuration;
    if (!measured.includes(duration.name)) this.histogram(duration).record(seconds, common);
    const first = attributes[ATTR.timeToFirstChunk];
    if (isInference(operation) && typeof first === 'number') {
      this.histogram(this.set.timeToFirstChunk).record(first, common);
    }
  }

  private recordTokens(attributes: Draft, common: Attributes, measured: readonly string[]): void {
    const { tokenUsage, tokenCounters } = this.set;
    for (const key in TOKEN_TYPES) {
      const value = attributes[key];
      // What cannot be a count is left to the span that says it.
      if (typeof value !== 'number' || value < 0) continue;
      const type = { 'gen_ai.token.type': TOKEN_TYPES[key] as string };
      this.counter(OWN_METRICS.tokens).add(value, { ...common, ...type });
      if (
        tokenUsage &&
        !measured.includes(tokenUsage.name) &&
        (key === ATTR.inputTokens || key === ATTR.outputTokens)
      ) {
        this.histogram(tokenUsage).record(value, { ...common, ...type });
      }
      const counter = tokenCounters?.[key];
      if (counter && isInference(attributes[ATTR.operation])) {
        this.counter(counter).add(value, { ...common, 'gen_ai.token.modality': 'unknown' });
      }
    }
  }

  private common(attributes: Draft): Attributes {
    return this.pick(attributes, COMMON_KEYS);
  }

  private mcp(attributes: Draft): Attributes {
    return this.pick(attributes, MCP_KEYS);
  }

  private pick(attributes: Draft, keys: readonly string[]): Attributes {
    const picked: Attributes = {};
    for (const key of keys) {
      const value = attributes[key];
      if (value === undefined) continue;
      picked[key] = NAMED.has(key) ? this.limited(key, value) : (value as string | number);
    }
    return picked;
  }

  private limited(key: string, name: unknown): string | undefined {
    const names = this.names.get(key) ?? new NameLimiter(this.maxNames);
    this.names.set(key, names);
    return names.limited(name);
  }

  private histogram(spec: MetricSpec): Histogram {
    return this.instrument(spec) as Histogram;
  }

  private counter(spec: MetricSpec): Counter {
    return this.instrument(spec) as Counter;
  }

  private instrument(spec: MetricSpec): Histogram | Counter {
    const existing = this.instruments.get(spec.name);
    if (existing) return existing;
    const meter = this.provider().getMeter('signalbox.genai');
    const { name, unit, description, boundaries } = spec;
    const options = { unit, description };
    const made =
      spec.kind === 'counter'
        ? meter.createCounter(name, options)
        : meter.createHistogram(name, {
            ...options,
            ...(boundaries ? { advice: { explicitBucketBoundaries: boundaries } } : {}),
          });
    this.instruments.set(name, made);
    return made;
  }
}

const COMMON_KEYS = [
  ATTR.operation,
  ATTR.provider,
  ATTR.requestModel,
  ATTR.responseModel,
  ATTR.serverAddress,
  ATTR.serverPort,
  ATTR.errorType,
];
const AGENT_KEYS = [ATTR.agentName, ATTR.requestModel, ATTR.errorType];
const TOOL_KEYS = [ATTR.toolName, ATTR.agentName, ATTR.toolType, ATTR.errorType];
const WORKFLOW_KEYS = [ATTR.workflowName, ATTR.errorType];
const MCP_KEYS = ['mcp.method.name', ATTR.toolName, ATTR.errorType];
const NAMED: ReadonlySet<string> = new Set([
  ATTR.provider,
  ATTR.requestModel,
  ATTR.responseModel,
  ATTR.agentName,
  ATTR.toolName,
  ATTR.workflowName,
  ATTR.serverAddress,
  ATTR.errorType,
]);
