import {
  boolean,
  type EnvReader,
  errorMessage,
  type Host,
  integer,
  keyValues,
  listOf,
  oneOf,
  type Problem,
  path,
  readBoundedFile,
  text,
  variable,
} from '../../src/core/index.ts';
import { CAPTURE, CONTENT, STABILITY_OPT_IN } from '../../src/genai/conventions/index.ts';
import type { ContentMode, ContentPolicy } from './content/policy.ts';
import { COST_ALIASES, type CostAlias, type GenAiOptions } from './options.ts';
import { PriceOverrides, parsePrices } from './price/index.ts';

const topic = 'GenAI';
const MAX_PRICES_BYTES = 4_194_304;

export const REDACT_PROMPTS = variable({
  name: 'SIGNALBOX_GENAI_REDACT_PROMPTS',
  type: boolean(),
  topic,
  yaml: 'security.redaction.redact_prompts',
  doc: 'Withhold prompts and tool arguments even if content is on.',
});

export const REDACT_COMPLETIONS = variable({
  name: 'SIGNALBOX_GENAI_REDACT_COMPLETIONS',
  type: boolean(),
  topic,
  yaml: 'security.redaction.redact_completions',
  doc: 'Withhold completions and tool results even if content is on.',
});

export const PREVIEW_LENGTH = variable({
  name: 'SIGNALBOX_GENAI_PREVIEW_LENGTH',
  type: integer({ min: 1 }),
  default: 200,
  topic,
  yaml: 'genai.preview_length',
  doc: 'Characters of each text in a preview.',
});

export const CONTENT_LIMIT = variable({
  name: 'SIGNALBOX_GENAI_CONTENT_LIMIT',
  type: integer({ min: 100 }),
  default: 24_000,
  topic,
  yaml: 'genai.content_limit',
  doc: 'Characters of one content attribute; longer ones are shortened within, and stay valid JSON. Datadog cuts at 25000.',
});

export const ERROR_MESSAGES = variable({
  name: 'SIGNALBOX_GENAI_ERROR_MESSAGES',
  type: boolean(),
  default: false,
  topic,
  yaml: 'genai.error_messages',
  doc: 'Pass on the messages of errors on GenAI spans even if content is withheld. Providers and tools may quote prompts in them.',
});

export const HASH_KEY = variable({
  name: 'SIGNALBOX_GENAI_HASH_KEY',
  type: text(),
  secret: true,
  topic,
  yaml: 'genai.hash_key',
  doc: 'With a key, each content attribute is accompanied by a keyed hash, by which equal texts can be found without being shown.',
});

export const PRICING = variable({
  name: 'SIGNALBOX_GENAI_PRICING',
  type: boolean(),
  default: true,
  topic,
  yaml: 'genai.pricing',
  doc: 'Add an estimated cost in USD to model calls.',
});

export const PRICES_FILE = variable({
  name: 'SIGNALBOX_GENAI_PRICES_FILE',
  type: path(),
  topic,
  yaml: 'genai.prices_file',
  doc: 'JSON file with your own prices per million tokens: `{"my-model": {"input_mtok": 1, "output_mtok": 2}}`.',
});

export const MODELS = variable({
  name: 'SIGNALBOX_GENAI_MODELS',
  type: keyValues(),
  default: {},
  topic,
  yaml: 'genai.models',
  doc: 'Model names behind other names, for pricing: `my-azure-deployment=gpt-4o`.',
});

const ALIASES = Object.keys(COST_ALIASES) as CostAlias[];

export const COST_ALIAS = variable({
  name: 'SIGNALBOX_GENAI_COST_ALIASES',
  type: listOf(oneOf(ALIASES)),
  default: ['datadog'],
  topic,
  yaml: 'genai.cost_aliases',
  doc: 'Backends that read the cost from an attribute of their own.',
});

export const LEGACY_SYSTEM = variable({
  name: 'SIGNALBOX_GENAI_LEGACY_SYSTEM',
  type: boolean(),
  default: false,
  topic,
  yaml: 'genai.legacy_system',
  doc: 'Also write `gen_ai.system`, for backends that read names before 1.37.',
});

export const EXCLUDE_SCOPES = variable({
  name: 'SIGNALBOX_GENAI_EXCLUDE_SCOPES',
  type: listOf(text('names of instrumentation scopes')),
  default: [],
  topic,
  yaml: 'genai.exclude_scopes',
  doc: 'Instrumentation scopes whose GenAI names are left as they are. Content is still withheld.',
});

export const METRICS = variable({
  name: 'SIGNALBOX_GENAI_METRICS',
  type: boolean(),
  default: true,
  topic,
  yaml: 'genai.metrics',
  doc: 'Record the standard GenAI metrics from spans.',
});

export const MAX_NAMES = variable({
  name: 'SIGNALBOX_GENAI_MAX_NAMES',
  type: integer({ min: 1 }),
  default: 100,
  topic,
  yaml: 'genai.max_names',
  doc: 'How many models the GenAI metrics tell apart, how many agents and how many tools; the rest is `other`.',
});

export const GENAI_VARIABLES = [
  CONTENT,
  CAPTURE,
  REDACT_PROMPTS,
  REDACT_COMPLETIONS,
  PREVIEW_LENGTH,
  CONTENT_LIMIT,
  ERROR_MESSAGES,
  HASH_KEY,
  STABILITY_OPT_IN,
  PRICING,
  PRICES_FILE,
  MODELS,
  COST_ALIAS,
  LEGACY_SYSTEM,
  EXCLUDE_SCOPES,
  METRICS,
  MAX_NAMES,
];

/** The settings as options; the price file is read later. */
export interface GenAiSettings {
  readonly options: GenAiOptions;
  readonly pricesFile?: string;
  readonly pricesSource: string;
}

/** Reads the settings. Pure. */
export function readSettings(env: EnvReader): GenAiSettings {
  const pricesFile = env.get(PRICES_FILE);
  return {
    options: {
      profile: env.get(STABILITY_OPT_IN).includes('gen_ai_latest_experimental') ? 'latest' : '1.41',
      content: readContent(env),
      pricing: env.get(PRICING),
      models: env.get(MODELS),
      costAliases: env.get(COST_ALIAS),
      legacySystem: env.get(LEGACY_SYSTEM),
      excludeScopes: env.get(EXCLUDE_SCOPES),
      metrics: env.get(METRICS),
      maxNames: env.get(MAX_NAMES),
    },
    ...(pricesFile ? { pricesFile } : {}),
    pricesSource: env.sourceOf(PRICES_FILE),
  };
}

function readContent(env: EnvReader): Partial<ContentPolicy> {
  const capture = env.get(CAPTURE);
  const mode: ContentMode = env.get(CONTENT) ?? (capture && capture !== 'none' ? 'full' : 'off');
  const hashKey = env.get(HASH_KEY);
  return {
    prompts: env.get(REDACT_PROMPTS) ? 'off' : mode,
    completions: env.get(REDACT_COMPLETIONS) ? 'off' : mode,
    spans: capture !== 'event_only',
    logs: capture !== 'span_only',
    errorMessages: env.get(ERROR_MESSAGES),
    previewLength: env.get(PREVIEW_LENGTH),
    limit: env.get(CONTENT_LIMIT),
    ...(hashKey ? { hashKey } : {}),
  };
}

/** The options complete with the user's price file and the host's facilities. */
export function completeOptions(settings: GenAiSettings, host: Host): GenAiOptions {
  const { options, pricesFile, pricesSource } = settings;
  return {
    ...options,
    ...(pricesFile ? { prices: readPrices(pricesFile, pricesSource, host.report) } : {}),
    load: (module) => host.load(module),
    onError: (message) => host.log.warn(`genai: ${message}`),
  };
}

function readPrices(file: string, source: string, report: (problem: Problem) => void): PriceOverrides[] {
  try {
    return [
      new PriceOverrides(parsePrices(readBoundedFile(file, MAX_PRICES_BYTES).toString()), `prices file`),
    ];
  } catch (error) {
    report({
      code: 'CFG010',
      source,
      message: `"${file}" cannot be used: ${errorMessage(error)}`,
      expected: 'a JSON object of prices by model',
      used: 'going on without it',
    });
    return [];
  }
}
