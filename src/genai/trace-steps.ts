import { type Span, SpanKind } from '@opentelemetry/api';
import { genAiAttributes, setIf } from './attributes.ts';
import { type GenAiAttributes, OWN_ATTR, spanName } from './conventions/index.ts';
import { activeAgent, activeConversation } from './lineage.ts';
import { runInSpan } from './run.ts';

function traceOperation<T>(
  operation: string,
  values: () => GenAiAttributes,
  kind: SpanKind,
  fn: (span: Span) => T,
  finish?: (span: Span, result: Awaited<T>) => void,
): T {
  let span: Span | undefined;
  return runInSpan(
    () => {
      const attributes = genAiAttributes({
        'gen_ai.conversation.id': activeConversation(),
        ...values(),
        'gen_ai.operation.name': operation,
      });
      return { name: spanName(operation, attributes), kind, attributes };
    },
    (active) => {
      span = active;
      return fn(active);
    },
    finish && ((result) => span && finish(span, result)),
  );
}

/** What is looked up, and where. */
export interface RetrievalOptions {
  /** Id of the data source, e.g. a vector index. */
  readonly source?: string;
  readonly provider?: string;
  /** Content. */
  readonly query?: string;
  readonly topK?: number;
}

/** Traces a look-up of documents. A list that is returned is recorded as the documents found. */
export function traceRetrieval<T>(options: RetrievalOptions, fn: (span: Span) => T): T {
  const values = (): GenAiAttributes => ({
    'gen_ai.data_source.id': options.source,
    'gen_ai.provider.name': options.provider,
    'gen_ai.retrieval.query.text': options.query,
    'gen_ai.request.top_k': options.topK,
  });
  return traceOperation('retrieval', values, SpanKind.CLIENT, fn, (span, result) => {
    if (Array.isArray(result)) setIf(span, 'gen_ai.retrieval.documents', result);
  });
}

/** What is done to a memory. */
export interface MemoryOptions {
  /** Default `search`. */
  readonly operation?: 'search' | 'create' | 'update' | 'upsert' | 'delete';
  readonly store?: string;
  readonly record?: string;
  /** Content. */
  readonly query?: string;
}

/** Traces an operation on an agent's memory. A list that is returned is counted and recorded. */
export function traceMemory<T>(options: MemoryOptions, fn: (span: Span) => T): T {
  const values = (): GenAiAttributes => ({
    'gen_ai.memory.store.id': options.store,
    'gen_ai.memory.record.id': options.record,
    'gen_ai.memory.query.text': options.query,
    'gen_ai.agent.name': activeAgent()?.name,
  });
  return traceOperation(
    `${options?.operation ?? 'search'}_memory`,
    values,
    SpanKind.CLIENT,
    fn,
    (span, result) => {
      if (!Array.isArray(result)) return;
      setIf(span, 'gen_ai.memory.record.count', result.length);
      setIf(span, 'gen_ai.memory.records', result);
    },
  );
}

/** A workflow of several steps. */
export interface WorkflowOptions {
  /** One of few: it becomes an attribute of metrics. */
  readonly name: string;
}

/** Traces a workflow. */
export function traceWorkflow<T>(options: WorkflowOptions, fn: (span: Span) => T): T {
  const values = (): GenAiAttributes => ({ 'gen_ai.workflow.name': options.name });
  return traceOperation('invoke_workflow', values, SpanKind.INTERNAL, fn);
}

/** Where in an agent's run a step is. */
export interface PlanOptions {
  /** Default: the agent whose code is running. */
  readonly agent?: string;
  /** Number of the step of the agent's run. */
  readonly step?: number;
}

/**
 * Traces the making of a plan; the model call that makes it becomes its child. Only for planning:
 * a model's chain of thought belongs into its messages, as content.
 */
export function tracePlan<T>(options: PlanOptions, fn: (span: Span) => T): T {
  const values = (): GenAiAttributes => ({ 'gen_ai.agent.name': options.agent ?? activeAgent()?.name });
  return traceOperation('plan', values, SpanKind.INTERNAL, (span) => {
    setStep(span, options);
    return fn(span);
  });
}

function setStep(span: Span, options: PlanOptions | undefined): void {
  if (options?.step !== undefined) span.setAttribute(OWN_ATTR.step, options.step);
}

/** The same as {@link tracePlan}, for a step of reasoning of the application's own. */
export function traceReasoning<T>(options: PlanOptions, fn: (span: Span) => T): T {
  return tracePlan(options, fn);
}

/** The tools there are to choose from. */
export interface ToolSelectionOptions extends PlanOptions {
  /** Names, or definitions as the provider takes them. Content. */
  readonly tools: readonly unknown[];
}

/**
 * Traces the choice of a tool as a plan with the tools there were; a text that is returned is
 * recorded as the tool chosen.
 */
export function traceToolSelection<T>(options: ToolSelectionOptions, fn: (span: Span) => T): T {
  const values = (): GenAiAttributes => ({
    'gen_ai.agent.name': options.agent ?? activeAgent()?.name,
    'gen_ai.tool.definitions': options.tools.map((tool) =>
      typeof tool === 'string' ? { name: tool } : tool,
    ),
  });
  return traceOperation(
    'plan',
    values,
    SpanKind.INTERNAL,
    (span) => {
      setStep(span, options);
      return fn(span);
    },
    (span, result) => {
      if (typeof result === 'string') setIf(span, 'gen_ai.tool.name', result);
    },
  );
}
