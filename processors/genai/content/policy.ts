/** How much of a text is passed on. */
export type ContentMode = 'off' | 'preview' | 'full';

/** What happens to content. Made by {@link contentPolicy}. */
export interface ContentPolicy {
  readonly prompts: ContentMode;
  readonly completions: ContentMode;
  /** False: content goes on log records only. */
  readonly spans: boolean;
  /** False: content goes on spans only. */
  readonly logs: boolean;
  /** Code points of a preview. */
  readonly previewLength: number;
  /** True: the words of errors are passed on, whatever becomes of other content. */
  readonly errorMessages: boolean;
  /** Characters of one value; JSON stays valid. */
  readonly limit: number;
  /** Key of the correlation hash; without it there is none. */
  readonly hashKey?: string;
}

/**
 * Defaults: nothing is passed on. The limit stays below the 25 000 characters at which the Datadog
 * Agent cuts a value, wherever that falls (Datadog Agent, `MaxMetaValLen`).
 */
export const CONTENT_OFF: ContentPolicy = {
  prompts: 'off',
  completions: 'off',
  spans: true,
  logs: true,
  errorMessages: false,
  previewLength: 200,
  limit: 24_000,
};

/** The policy with the given settings over the defaults. */
export function contentPolicy(settings: Partial<ContentPolicy> = {}): ContentPolicy {
  return { ...CONTENT_OFF, ...settings };
}
