import type { AnyValue } from '@opentelemetry/api';
import { fitJson, truncateLeaves } from '../../../src/core/index.ts';
import { modeFor } from './apply.ts';
import { contentSide, type Side } from './classify.ts';
import type { ContentPolicy } from './policy.ts';
import { withoutArgumentsAnywhere } from './withhold.ts';

/** Fields of a message that say nothing of what it says. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'role',
  'index',
  'finish_reason',
  'id',
  'type',
  'message',
  'tool_calls',
  'function',
  'name',
]);

/** Per-message events of conventions before 1.37, and whose words their body holds. */
const EVENT_SIDE: Readonly<Record<string, Side>> = {
  'gen_ai.system.message': 'prompts',
  'gen_ai.user.message': 'prompts',
  'gen_ai.tool.message': 'prompts',
  'gen_ai.assistant.message': 'completions',
  'gen_ai.choice': 'completions',
};

/** The body of a GenAI log record as the policy lets it pass. */
export function applyToBody(body: AnyValue, eventName: string, policy: ContentPolicy): AnyValue {
  const side = EVENT_SIDE[eventName] ?? 'both';
  const mode = modeFor(side, policy, 'log');
  if (mode === 'off') return skeleton(body, 0) as AnyValue;
  const length = mode === 'preview' ? policy.previewLength : policy.limit;
  const allowed = policy.prompts === 'off' ? withoutArgumentsAnywhere(body) : body;
  const short = truncateLeaves(allowed, length);
  const text = fitJson(short, policy.limit);
  return JSON.stringify(short) === text ? (short as AnyValue) : (JSON.parse(text) as AnyValue);
}

/** Role, index and finish reason remain; a text, or an unknown field, does not. */
function skeleton(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => skeleton(item, depth + 1)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== 'object' || value === null || depth > 8) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const keep = STRUCTURE.has(key) ? leafOrSkeleton(item, depth) : measurement(key, item);
    if (keep !== undefined) kept[key] = keep;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function leafOrSkeleton(item: unknown, depth: number): unknown {
  return typeof item === 'object' && item !== null ? skeleton(item, depth + 1) : item;
}

function measurement(key: string, item: unknown): unknown {
  if (typeof item === 'number' || typeof item === 'boolean') return item;
  return key.startsWith('gen_ai.') && typeof item === 'string' && contentSide(key, item) === undefined
    ? item
    : undefined;
}
