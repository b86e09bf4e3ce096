import { ATTR, isBilled, type Profile, providerName, spanName } from '../../src/genai/conventions/index.ts';
import { DIALECTS, type Dialect, type Draft, type Rule } from './dialects/index.ts';
import { fixValue } from './fix-value.ts';
import { factsOf } from './key-facts.ts';

/** Bookkeeping of other libraries' operations that are no operations of the conventions. */
const NO_OPERATION: ReadonlySet<unknown> = new Set(['agent_step']);

/**
 * Brings attributes of any dialect to the names and value types of conventions 1.41, in place.
 * A name of the conventions that is there already wins over its translations. Foreign names are
 * removed, except `openinference.span.kind` and the like that tell the kind.
 */
export function normalise(draft: Draft): void {
  let operation = draft[ATTR.operation];
  // Names that a rule makes are those of the conventions, for which later dialects have no rules.
  let dialects = 0;
  for (const name in draft) dialects |= factsOf(name).dialects;
  for (const [at, dialect] of DIALECTS.entries()) {
    if (dialect.applies && !dialect.applies(draft)) continue;
    if (dialects & (1 << at)) translate(draft, dialect);
    operation ??= draft[ATTR.operation] ?? dialect.operation?.(draft);
  }
  if (operation !== undefined) draft[ATTR.operation] = operation;
  for (const name of Object.keys(draft)) {
    const { conventional } = factsOf(name);
    if (conventional) fixValue(draft, conventional);
  }
  makeInclusive(draft);
}

/** True if there is something for `gatherContent` to do. */
export function hasGathered(draft: Draft): boolean {
  for (const name in draft) if (factsOf(name).isGathered) return true;
  return false;
}

function translate(draft: Draft, dialect: Dialect): void {
  for (const from of Object.keys(draft)) {
    // Attributes are few and rules are many, so the attributes are looked up, not the rules.
    const rule = Object.hasOwn(dialect.rules, from) ? dialect.rules[from] : undefined;
    if (rule === undefined) continue;
    const { to, convert }: Rule = typeof rule === 'string' ? { to: rule } : rule;
    const value = convert ? convert(draft[from]) : draft[from];
    if (to === from) {
      draft[to] = value ?? draft[from];
      continue;
    }
    delete draft[from];
    if (to !== 'drop' && value !== undefined) draft[to] ??= value;
  }
}

/**
 * Anthropic counts cached tokens beside the input, the conventions count them within. More cached
 * tokens than input tokens can only be the former. Source: GenAI conventions, Anthropic, usage.
 */
function makeInclusive(draft: Draft): void {
  const input = draft[ATTR.inputTokens];
  const cached = count(draft[ATTR.cacheReadTokens]) + count(draft[ATTR.cacheCreationTokens]);
  const provider = draft[ATTR.provider];
  if (typeof input !== 'number' || cached <= input || !isBilled(draft[ATTR.operation])) return;
  if (provider === providerName('anthropic') || provider === 'aws.bedrock') {
    draft[ATTR.inputTokens] = input + cached;
  }
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Renames what the profile calls otherwise than 1.41, in place. */
export function applyProfile(draft: Draft, profile: Profile): void {
  const own = profile.renamesOf[String(draft[ATTR.operation])];
  for (const table of own ? [own, profile.renames] : [profile.renames]) {
    for (const from in table) {
      if (!(from in draft)) continue;
      draft[table[from] as string] = draft[from];
      delete draft[from];
    }
  }
}

/**
 * A model call is not the HTTP request within it, which has a span of its own; with the method of
 * the request, Datadog would call it `POST`. In place.
 */
export function dropHttpRequest(draft: Draft): void {
  if (isBilled(draft[ATTR.operation])) delete draft['http.request.method'];
}

/** The conventional name for the span, or the one it has if the operation is no known one. */
export function conventionalName(name: string, draft: Draft): string {
  const operation = draft[ATTR.operation];
  if (typeof operation !== 'string' || NO_OPERATION.has(operation)) return name;
  const conventional = spanName(operation, draft);
  return conventional === operation ? name : conventional;
}

/** Scopes that name their spans otherwise than the conventions. */
const OWN_NAMES = ['com.anthropic.sdk.', '@arizeai/', '@traceloop/', 'ai', 'openinference'];

/** True if someone else's dialect named the span, so that it gets the conventional name. */
export function isForeign(scope: string, attributes: Draft): boolean {
  if ('openinference.span.kind' in attributes || 'traceloop.span.kind' in attributes) return true;
  return OWN_NAMES.some((name) =>
    name.endsWith('.') || name.endsWith('/') ? scope.startsWith(name) : scope === name,
  );
}
