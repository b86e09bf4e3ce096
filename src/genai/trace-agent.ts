import { context, type Link, type Span, SpanKind } from '@opentelemetry/api';
import { genAiAttributes } from './attributes.ts';
import { type Message, toMessages } from './call.ts';
import { type GenAiAttributes, OWN_ATTR, providerName, spanName } from './conventions/index.ts';
import { activeAgent, activeConversation, handoverLink, withAgent } from './lineage.ts';
import { runInSpan, type SpanPlan } from './run.ts';

/** An agent about to work. */
export interface AgentOptions {
  readonly name: string;
  readonly id?: string;
  readonly description?: string;
  readonly version?: string;
  readonly provider?: string;
  readonly model?: string;
  /** True if the agent runs in another process. Default false. */
  readonly remote?: boolean;
  /** Agents it works with, by name. */
  readonly collaborators?: readonly string[];
  /** Spans of agents that handed this work over, e.g. `handoverLink('triage', 'billing', ctx)`. */
  readonly links?: readonly (Link | undefined)[];
  /** Content: passed on only as far as the content policy allows. */
  readonly input?: string | readonly Message[];
  readonly attributes?: GenAiAttributes;
}

/**
 * Traces the work of an agent. Agents started within it know it as their parent, through the context;
 * a link with `from` and `to` shows the hand-over.
 *
 * @example
 * await traceAgent({ name: 'travel' }, async () => {
 *   await traceAgent({ name: 'hotels' }, bookRoom);
 * });
 */
export function traceAgent<T>(options: AgentOptions, fn: (span: Span) => T): T {
  return runInSpan(() => agentPlan(options), fn);
}

function agentPlan(options: AgentOptions): SpanPlan {
  const attributes = agentAttributes(options, 'invoke_agent');
  const parent = activeAgent();
  const handover = parent && handoverLink(parent.name, options.name);
  const links = [handover, ...(options.links ?? [])].filter((link): link is Link => link != null);
  return {
    name: spanName('invoke_agent', attributes),
    kind: options.remote ? SpanKind.CLIENT : SpanKind.INTERNAL,
    attributes,
    links,
    extend: (ctx) => withAgent(ctx, options.name, options.id),
  };
}

/** Traces the creation of an agent at a provider. */
export function traceCreateAgent<T>(options: AgentOptions, fn: (span: Span) => T): T {
  return runInSpan(() => {
    const attributes = agentAttributes(options, 'create_agent');
    return { name: spanName('create_agent', attributes), kind: SpanKind.CLIENT, attributes };
  }, fn);
}

function agentAttributes(options: AgentOptions, operation: string) {
  const { name, id, description, version, provider, model, input, collaborators } = options;
  const parent = activeAgent(context.active());
  return {
    ...genAiAttributes({
      ...options.attributes,
      'gen_ai.operation.name': operation,
      'gen_ai.agent.name': name,
      'gen_ai.agent.id': id,
      'gen_ai.agent.description': description,
      'gen_ai.agent.version': version,
      'gen_ai.provider.name': provider === undefined ? undefined : providerName(provider),
      'gen_ai.request.model': model,
      'gen_ai.conversation.id': activeConversation(),
      'gen_ai.input.messages': input == null ? undefined : toMessages(input, 'user'),
    }),
    ...(parent
      ? { [OWN_ATTR.parentAgent]: parent.name, [OWN_ATTR.lineage]: [...parent.lineage, parent.name] }
      : {}),
    ...(collaborators?.length ? { [OWN_ATTR.collaborators]: [...collaborators] } : {}),
  };
}
