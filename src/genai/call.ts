import type { Span } from '@opentelemetry/api';
import { genAiAttributes, setIf } from './attributes.ts';
import { ATTR, type GenAiAttributes, type Operation, providerName } from './conventions/index.ts';
import { activeAgent, activeConversation } from './lineage.ts';
import { quietly } from './quietly.ts';

/** One message in the shape of the conventions; a text stands for one text part. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool' | (string & {});
  readonly content?: string;
  readonly parts?: readonly unknown[];
  readonly finish_reason?: string;
}

/** What a call asks for. */
export interface ChatRequest {
  /** `gen_ai.provider.name`, e.g. `openai`; usual other spellings are understood. */
  readonly provider: string;
  readonly model: string;
  /** Default `chat`. */
  readonly operation?: Operation;
  /** Content: passed on only as far as the content policy allows. */
  readonly input?: string | readonly Message[];
  readonly system?: string;
  /** False if the model runs in this process. Default true. */
  readonly remote?: boolean;
  /** Any other attribute of the conventions. */
  readonly attributes?: GenAiAttributes;
}

/** Tokens as the provider counted them. Input includes cached tokens, output includes reasoning. */
export interface TokenUsage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheCreation?: number | undefined;
  readonly reasoning?: number | undefined;
}

/** What came back. */
export interface ChatResponse {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  /** Only what the provider reported; never an estimate from chunks or characters. */
  readonly usage?: TokenUsage | undefined;
  /** Content: passed on only as far as the content policy allows. */
  readonly output?: string | readonly Message[] | undefined;
}

/** The attributes of a request. */
export function requestAttributes(request: ChatRequest) {
  const { provider, model, operation = 'chat', input, system, attributes } = request;
  return genAiAttributes({
    'gen_ai.conversation.id': activeConversation(),
    'gen_ai.agent.name': activeAgent()?.name,
    ...attributes,
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': providerName(provider),
    'gen_ai.request.model': model,
    'gen_ai.input.messages': input == null ? undefined : toMessages(input, 'user'),
    'gen_ai.system_instructions': system == null ? undefined : [{ type: 'text', content: system }],
  });
}

/** The messages in the shape of the conventions. */
export function toMessages(content: string | readonly Message[], role: string): unknown[] {
  if (!Array.isArray(content)) return [{ role, parts: [{ type: 'text', content: String(content) }] }];
  return content.map((message: Message | null | undefined) => {
    const { content: text, parts = [], ...rest } = message ?? { role };
    return { ...rest, parts: text === undefined ? parts : [{ type: 'text', content: text }, ...parts] };
  });
}

/** One call under way. */
export class GenAiCall {
  constructor(readonly span: Span) {}

  /** Adds what is known of the response; may be called more than once, later values win. */
  response(response: ChatResponse): this {
    quietly(() => this.setResponse(response));
    return this;
  }

  private setResponse({ id, model, finishReasons, usage, output }: ChatResponse): void {
    setIf(this.span, ATTR.responseId, id);
    setIf(this.span, ATTR.responseModel, model);
    setIf(this.span, ATTR.finishReasons, finishReasons);
    if (usage) this.usage(usage);
    if (output != null) setIf(this.span, ATTR.outputMessages, toMessages(output, 'assistant'));
  }

  /** Adds the tokens the provider counted; nothing if it counted none. */
  usage(usage: TokenUsage | null | undefined): this {
    const { input, output, cacheRead, cacheCreation, reasoning } = usage ?? {};
    setIf(this.span, ATTR.inputTokens, input);
    setIf(this.span, ATTR.outputTokens, output);
    setIf(this.span, ATTR.cacheReadTokens, cacheRead);
    setIf(this.span, ATTR.cacheCreationTokens, cacheCreation);
    setIf(this.span, ATTR.reasoningTokens, reasoning);
    return this;
  }
}
