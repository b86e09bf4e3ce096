import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { SeededRandom } from './random.ts';

/** The shapes of traces there are. */
export const SIMULATED_SHAPES = ['chat', 'stream', 'agent', 'mcp', 'retrieval', 'error'] as const;

/** One of {@link SIMULATED_SHAPES}. */
export type SimulatedShape = (typeof SIMULATED_SHAPES)[number];

/** Options of a {@link TraceSimulator}. */
export interface SimulatorOptions {
  /** Where the spans begin their life; they take the way of real ones. */
  readonly tracer: Tracer;
  /** The same seed makes the same traces. Default 1. */
  readonly seed?: number;
  /** Begin of the first trace, milliseconds since the epoch. Default 2026-01-01. */
  readonly start?: number;
}

const MODELS: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4o-mini'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['gcp.gemini', 'gemini-2.5-flash'],
];
const TOOLS: readonly [string, ...string[]] = ['search', 'calculator', 'weather', 'calendar'];
const AGENTS: readonly [string, ...string[]] = ['researcher', 'planner', 'support'];
const FAILURES: readonly [readonly [number, string], ...(readonly [number, string])[]] = [
  [429, 'rate_limit_exceeded'],
  [400, 'context_length_exceeded'],
  [500, 'server_error'],
];

/**
 * Makes traces as GenAI services make them, without a provider, without waiting, and the same ones
 * every time: numbers from a seed, times from a clock of its own.
 *
 * @example
 * const simulator = new TraceSimulator({ tracer: box.tracerProvider.getTracer('simulator'), seed: 7 });
 * simulator.agent({ steps: 3 });
 */
export class TraceSimulator {
  private readonly tracer: Tracer;
  private readonly random: SeededRandom;
  /** The virtual now, milliseconds since the epoch. */
  now: number;

  constructor({ tracer, seed = 1, start = Date.UTC(2026, 0, 1) }: SimulatorOptions) {
    this.tracer = tracer;
    this.random = new SeededRandom(seed);
    this.now = start;
  }

  /** As many traces as asked for, of the given shapes in turn of chance. @throws RangeError for a shape there is none of */
  run(count: number, shapes: readonly SimulatedShape[] = SIMULATED_SHAPES): void {
    const unknown = shapes.find((shape) => !SIMULATED_SHAPES.includes(shape));
    if (unknown !== undefined)
      throw new RangeError(`"${unknown}" is not one of ${SIMULATED_SHAPES.join(', ')}`);
    const [first = 'chat', ...others] = shapes;
    for (let index = 0; index < count; index++) {
      this[this.random.pick([first, ...others])]();
      this.advance(10, 500);
    }
  }

  /** One call of a model. */
  chat(parent: Context = ROOT_CONTEXT): void {
    this.call(parent, {});
  }

  /** One call whose response is streamed. */
  stream(parent: Context = ROOT_CONTEXT): void {
    const first = this.random.between(80, 900) / 1000;
    this.call(parent, { 'gen_ai.request.stream': true, 'gen_ai.response.time_to_first_chunk': first });
  }

  /** An agent that thinks, uses tools, and answers. */
  agent({
    steps = this.random.between(1, 4),
    parent = ROOT_CONTEXT,
  }: {
    steps?: number;
    parent?: Context;
  } = {}): void {
    const name = this.random.pick(AGENTS);
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name };
    this.span(parent, `invoke_agent ${name}`, SpanKind.INTERNAL, attributes, (within) => {
      this.span(
        within,
        `plan ${name}`,
        SpanKind.INTERNAL,
        { ...attributes, 'gen_ai.operation.name': 'plan' },
        (plan) => this.chat(plan),
      );
      for (let step = 0; step < steps; step++) {
        this.call(within, { 'gen_ai.response.finish_reasons': ['tool_calls'] });
        this[this.random.pick<'tool' | 'mcp' | 'retrieval'>(['tool', 'tool', 'mcp', 'retrieval'])](within);
      }
      this.stream(within);
    });
  }

  /** One tool call in the process. */
  tool(parent: Context = ROOT_CONTEXT): void {
    const name = this.random.pick(TOOLS);
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
    };
    this.span(parent, `execute_tool ${name}`, SpanKind.INTERNAL, attributes, () => this.advance(5, 400));
  }

  /** A tool call over MCP: the client's span and the server's within. */
  mcp(parent: Context = ROOT_CONTEXT): void {
    const tool = this.random.pick(TOOLS);
    const attributes = {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
    };
    this.span(parent, `tools/call ${tool}`, SpanKind.CLIENT, attributes, (within) => {
      this.advance(1, 10);
      this.span(within, `tools/call ${tool}`, SpanKind.SERVER, attributes, () => this.advance(5, 300));
      this.advance(1, 10);
    });
  }

  /** A look-up in a vector index: the query's embedding, then the search. */
  retrieval(parent: Context = ROOT_CONTEXT): void {
    const attributes = { 'gen_ai.operation.name': 'retrieval', 'gen_ai.data_source.id': 'docs' };
    this.span(parent, 'retrieval docs', SpanKind.CLIENT, attributes, (within) => {
      const embedding = {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'text-embedding-3-small',
        'gen_ai.usage.input_tokens': this.random.between(5, 200),
      };
      this.span(within, 'embeddings text-embedding-3-small', SpanKind.CLIENT, embedding, () =>
        this.advance(20, 120),
      );
      this.advance(5, 80);
    });
  }

  /** A call that the provider refuses. */
  error(parent: Context = ROOT_CONTEXT): void {
    const [provider, model] = this.random.pick(MODELS);
    const [status, code] = this.random.pick(FAILURES);
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      'http.response.status_code': status,
      'error.type': code,
    };
    this.span(parent, `chat ${model}`, SpanKind.CLIENT, attributes, (_within, span) => {
      this.advance(30, 300);
      span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    });
  }

  private call(parent: Context, more: Attributes): void {
    const [provider, model] = this.random.pick(MODELS);
    const input = this.random.between(50, 4000);
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      'gen_ai.response.model': model,
      'gen_ai.response.id': `sim-${this.random.between(1, 1e9)}`,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': this.random.between(10, 800),
      'gen_ai.usage.cache_read.input_tokens': this.random.between(0, input >> 1),
      ...more,
    };
    const first = more['gen_ai.response.time_to_first_chunk'];
    this.span(parent, `chat ${model}`, SpanKind.CLIENT, attributes, () => {
      if (typeof first === 'number') this.now += first * 1000;
      this.advance(200, 4000);
    });
  }

  private span(
    parent: Context,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    within: (ctx: Context, span: Span) => void,
  ): void {
    const span = this.tracer.startSpan(name, { kind, attributes, startTime: new Date(this.now) }, parent);
    this.advance(0, 2);
    within(trace.setSpan(parent, span), span);
    span.end(new Date(this.now));
  }

  private advance(minimum: number, maximum: number): void {
    this.now += this.random.between(minimum, maximum);
  }
}
