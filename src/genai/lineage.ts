import { type Context, context, createContextKey, type Link, trace } from '@opentelemetry/api';

/** An agent at work, as the code it runs sees it. */
export interface ActiveAgent {
  readonly name: string;
  readonly id?: string;
  /** Names of the agents around it, the outermost first, without itself. */
  readonly lineage: readonly string[];
}

const AGENT = createContextKey('signalbox.genai.agent');
const CONVERSATION = createContextKey('signalbox.genai.conversation');

/** Agents within agents that are named at most; deeper ones keep the outermost names. */
const MAX_LINEAGE = 32;

/** The agent whose code is running, if any. Lives in the context, so parallel agents do not mix. */
export function activeAgent(ctx: Context = context.active()): ActiveAgent | undefined {
  return ctx.getValue(AGENT) as ActiveAgent | undefined;
}

/** A context in which the given agent runs, within the one that runs now. */
export function withAgent(ctx: Context, name: string, id?: string): Context {
  const parent = activeAgent(ctx);
  const lineage = parent ? [...parent.lineage, parent.name].slice(0, MAX_LINEAGE) : [];
  return ctx.setValue(AGENT, { name, ...(id ? { id } : {}), lineage } satisfies ActiveAgent);
}

/**
 * Runs a function within a conversation: spans of the helpers in it carry `gen_ai.conversation.id`.
 * The id must come from the application; one that was made up would group nothing.
 */
export function withConversation<T>(id: string, fn: () => T): T {
  return context.with(context.active().setValue(CONVERSATION, id), fn);
}

/** The conversation the running code is part of, if any. */
export function activeConversation(ctx: Context = context.active()): string | undefined {
  return ctx.getValue(CONVERSATION) as string | undefined;
}

/**
 * Links to spans the work is handed over from or to. The attributes `from` and `to` are what
 * Datadog draws its execution graph from.
 */
export function handoverLink(from: string, to: string, ctx: Context = context.active()): Link | undefined {
  const spanContext = trace.getSpanContext(ctx);
  return spanContext ? { context: spanContext, attributes: { from, to } } : undefined;
}
