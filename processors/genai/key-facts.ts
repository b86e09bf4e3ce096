import { GENAI_ATTRIBUTES, type GenAiAttributeName } from '../../src/genai/conventions/index.ts';
import { isGathered } from './content/messages.ts';
import { DIALECTS } from './dialects/index.ts';

/** What is to be known of an attribute from its name alone. */
export interface KeyFacts {
  /** The name, if it is one of the conventions. */
  readonly conventional: GenAiAttributeName | undefined;
  /** Dialects, by their place in the list, that have a rule for it: bits. */
  readonly dialects: number;
  /** It may hold messages that belong into an attribute of the conventions. */
  readonly isGathered: boolean;
}

/** Names that are remembered. Those with an index in them are many. */
const MAX_NAMES = 2_000;
const known = new Map<string, KeyFacts>();

/** The facts of a name. Spans of one library have the same names, so most are looked up. */
export function factsOf(name: string): KeyFacts {
  const before = known.get(name);
  if (before) return before;
  const facts = {
    conventional: Object.hasOwn(GENAI_ATTRIBUTES, name) ? (name as GenAiAttributeName) : undefined,
    dialects: DIALECTS.reduce((bits, { rules }, at) => bits | (Object.hasOwn(rules, name) ? 1 << at : 0), 0),
    isGathered: isGathered(name),
  };
  if (known.size < MAX_NAMES) known.set(name, facts);
  return facts;
}
