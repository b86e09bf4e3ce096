import { ATTR } from '../../../src/genai/conventions/index.ts';
import type { Draft } from '../dialects/index.ts';
import type { Usage } from './source.ts';

/** Attributes and the usage keys of genai-prices. */
const USAGE_KEYS: Readonly<Record<string, string>> = {
  [ATTR.inputTokens]: 'input_tokens',
  [ATTR.outputTokens]: 'output_tokens',
  [ATTR.cacheReadTokens]: 'cache_read_tokens',
  [ATTR.cacheCreationTokens]: 'cache_write_tokens',
  [ATTR.reasoningTokens]: 'output_reasoning_tokens',
  'gen_ai.usage.audio.input_tokens': 'input_audio_tokens',
  'gen_ai.usage.audio.output_tokens': 'output_audio_tokens',
  'gen_ai.usage.audio.cache_read.input_tokens': 'cache_audio_read_tokens',
  'gen_ai.usage.image.input_tokens': 'input_image_tokens',
  'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 'cache_write_5m_tokens',
  'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 'cache_write_1h_tokens',
};

/** The usage on a normalised span, or undefined if there is none. Zero counts are left out. */
export function usageOf(attributes: Draft): Usage | undefined {
  const input = attributes[ATTR.inputTokens];
  const output = attributes[ATTR.outputTokens];
  if (typeof input !== 'number' && typeof output !== 'number') return undefined;
  const usage: Record<string, number> = {};
  for (const attribute in USAGE_KEYS) {
    const value = attributes[attribute];
    if (typeof value === 'number' && value !== 0) usage[USAGE_KEYS[attribute] as string] = value;
  }
  usage.input_tokens ??= 0;
  usage.output_tokens ??= 0;
  return usage;
}

/** False for numbers that contradict each other; from those no price can come. */
export function isConsistent(usage: Usage): boolean {
  for (const key in usage) {
    const value = usage[key];
    if (value !== undefined && (!Number.isFinite(value) || value < 0)) return false;
  }
  const { input_tokens: input = 0, output_tokens: output = 0 } = usage;
  const { cache_read_tokens: read = 0, cache_write_tokens: write = 0 } = usage;
  return read + write <= input && (usage.output_reasoning_tokens ?? 0) <= output;
}

/** True if a number of tokens was given that is none: what is left of the usage is no basis for a price. */
export function hasUnreadableCount(attributes: Draft): boolean {
  for (const key in attributes) {
    if (!key.startsWith('gen_ai.usage.') || !key.includes('tokens')) continue;
    const value = attributes[key];
    const isCount = value !== '' && (typeof value === 'number' || typeof value === 'string');
    if (!isCount || !Number.isFinite(Number(value))) return true;
  }
  return false;
}
