import * as openai6 from 'openai';
import * as openai4 from 'openai4';
import * as openai5 from 'openai5';
import * as openai7 from 'openai7';

/** The part of the client the tests use, as all versions have it. */
export type OpenAi = openai6.OpenAI;

type Constructor = new (options: { apiKey: string; baseURL: string; maxRetries?: number }) => OpenAi;

/** Every supported major version, for real. */
export const OPENAI_VERSIONS = Object.entries({ openai4, openai5, openai6, openai7 }).map(
  ([name, module]) => [name, module as unknown as { OpenAI: Constructor }] as const,
);
