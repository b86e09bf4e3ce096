import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { genAiAttributes } from '../../attributes.ts';
import { ATTR, errorCategory, type GenAiAttributes, OWN_ATTR } from '../../conventions/index.ts';
import { outputMessages } from './content.ts';

type Body = Record<string, unknown>;

/** The counts of the chat, responses and embeddings APIs, which differ in their names. */
interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
  input_tokens?: number;
  output_tokens?: number;
  prompt_tokens_details?: Details | null;
  completion_tokens_details?: Details | null;
  input_tokens_details?: Details | null;
  output_tokens_details?: Details | null;
}

interface Details {
  cached_tokens?: number;
  reasoning_tokens?: number;
  audio_tokens?: number;
}

/** Writes what a response, or a chunk of one, tells to the span. Returns the output tokens, if told. */
export function setResponse(span: Span, body: Body, captureContent: boolean): number | undefined {
  const usage = (body.usage ?? undefined) as Usage | undefined;
  span.setAttributes(
    genAiAttributes({
      'gen_ai.response.id': text(body.id),
      'gen_ai.response.model': text(body.model),
      'gen_ai.response.finish_reasons': finishReasons(body),
      'openai.response.service_tier': text(body.service_tier),
      'openai.response.system_fingerprint': text(body.system_fingerprint),
      ...(usage ? usageAttributes(usage) : {}),
      ...(captureContent ? { 'gen_ai.output.messages': outputMessages(body) } : {}),
    }),
  );
  if (body.status === 'failed') setFailure(span, body.error);
  return usage?.completion_tokens ?? usage?.output_tokens;
}

function usageAttributes(usage: Usage): GenAiAttributes {
  const input = usage.prompt_tokens_details ?? usage.input_tokens_details;
  const output = usage.completion_tokens_details ?? usage.output_tokens_details;
  return {
    'gen_ai.usage.input_tokens': usage.prompt_tokens ?? usage.input_tokens,
    'gen_ai.usage.output_tokens': usage.completion_tokens ?? usage.output_tokens,
    'gen_ai.usage.cache_read.input_tokens': input?.cached_tokens,
    'gen_ai.usage.reasoning.output_tokens': output?.reasoning_tokens,
    'gen_ai.usage.audio.input_tokens': input?.audio_tokens || undefined,
    'gen_ai.usage.audio.output_tokens': output?.audio_tokens || undefined,
  };
}

/** One reason per choice; the responses API has a status instead. */
export function finishReasons({
  choices,
  status,
  incomplete_details: incomplete,
}: Body): string[] | undefined {
  if (Array.isArray(choices)) {
    const reasons = (choices as Body[]).flatMap(({ finish_reason: reason }) =>
      typeof reason === 'string' ? reason : [],
    );
    return reasons.length > 0 ? reasons : undefined;
  }
  if (status === 'completed') return ['stop'];
  if (status === 'failed') return ['error'];
  const { reason } = (incomplete ?? {}) as Body;
  return typeof reason === 'string' ? [reason] : undefined;
}

function setFailure(span: Span, error: unknown): void {
  const { code } = (error ?? {}) as Body;
  const type = typeof code === 'string' ? code : '_OTHER';
  span.setAttribute(ATTR.errorType, type);
  const category = errorCategory(type);
  if (category) span.setAttribute(OWN_ATTR.errorCategory, category);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
