import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attributes, ROOT_CONTEXT } from '@opentelemetry/api';
import { NoopSpanProcessor, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { genai } from '../../../processors/genai/index.ts';
import { BUILT_IN_COMPONENTS } from '../../../src/box/components.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Host, Problem } from '../../../src/core/index.ts';

const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'a long question' }] }]);
const span: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
  'gen_ai.usage.cache_creation.input_tokens': 5,
  'gen_ai.input.messages': messages,
  'gen_ai.output.messages': messages,
};

/** The span as the component passes it on, with the settings of an environment. */
function processed(env: Record<string, string>): { attributes: Attributes; problems: Problem[] } {
  const problems: Problem[] = [];
  const { config, problems: found } = loadConfig({ env, components: BUILT_IN_COMPONENTS });
  const chosen = config.processors.find(({ name }) => name === 'genai');
  const host = {
    report: (problem: Problem) => problems.push(problem),
    load: require,
    log: console,
  } as unknown as Host;
  const received: ReadableSpan[] = [];
  const next = new NoopSpanProcessor();
  next.onEnd = (ended) => void received.push(ended);
  const processor = genai.create(chosen?.settings as never, host).spans?.(next);
  const provider = new TracerProvider({ spanProcessors: processor ? [processor] : [] });
  provider.getTracer('t').startSpan('s', { attributes: span }, ROOT_CONTEXT).end();
  return { attributes: received[0]?.attributes ?? {}, problems: [...found, ...problems] };
}

const IN = 'gen_ai.input.messages';
const OUT = 'gen_ai.output.messages';
const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

describe('content on spans', () => {
  test.each<[Record<string, string>, boolean, boolean]>([
    [{}, false, false],
    [{ [CAPTURE]: 'true' }, true, true],
    [{ [CAPTURE]: 'SPAN_ONLY' }, true, true],
    [{ [CAPTURE]: 'event_only' }, false, false],
    [{ [CAPTURE]: 'false' }, false, false],
    [{ [CAPTURE]: 'true', SIGNALBOX_GENAI_CONTENT: 'off' }, false, false],
    [{ SIGNALBOX_GENAI_CONTENT: 'full', SIGNALBOX_GENAI_REDACT_PROMPTS: 'true' }, false, true],
    [{ SIGNALBOX_GENAI_CONTENT: 'full', SIGNALBOX_GENAI_REDACT_COMPLETIONS: 'true' }, true, false],
  ])('with %j', (env, prompts, completions) => {
    const { attributes, problems } = processed(env);
    expect([IN in attributes, OUT in attributes]).toEqual([prompts, completions]);
    expect(problems).toEqual([]);
  });

  test('in preview has the configured length, and a hash with a key', () => {
    const env = {
      SIGNALBOX_GENAI_CONTENT: 'preview',
      SIGNALBOX_GENAI_PREVIEW_LENGTH: '6',
      SIGNALBOX_GENAI_HASH_KEY: 'k',
    };
    const { attributes } = processed(env);
    expect(attributes[IN]).toContain('a long…');
    expect(attributes['signalbox.genai.input.messages.hash']).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the other settings', () => {
  test('select the profile, the aliases and the old name', () => {
    const { attributes } = processed({
      OTEL_SEMCONV_STABILITY_OPT_IN: 'http,gen_ai_latest_experimental',
      SIGNALBOX_GENAI_COST_ALIASES: 'sentry,phoenix',
      SIGNALBOX_GENAI_LEGACY_SYSTEM: 'true',
    });
    expect(attributes).toMatchObject({
      'gen_ai.usage.cache_write.input_tokens': 5,
      'gen_ai.cost.total_tokens': expect.any(Number),
      'llm.cost.total': expect.any(Number),
      'gen_ai.system': 'openai',
    });
    expect(attributes).not.toHaveProperty(['gen_ai.cost.estimated_total']);
  });

  test('switch pricing off', () => {
    expect(processed({ SIGNALBOX_GENAI_PRICING: 'false' }).attributes).not.toHaveProperty([
      'gen_ai.usage.cost',
    ]);
  });

  test('read own prices from a file, and say if they cannot be used', () => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-prices-'));
    const file = join(directory, 'prices.json');
    writeFileSync(file, '{"gpt-4o": {"input_mtok": 100, "output_mtok": 0}}');
    expect(processed({ SIGNALBOX_GENAI_PRICES_FILE: file }).attributes['gen_ai.usage.cost']).toBeCloseTo(
      0.1,
      9,
    );
    writeFileSync(file, '{"gpt-4o": {"price": 1}}');
    const { attributes, problems } = processed({ SIGNALBOX_GENAI_PRICES_FILE: file });
    expect(attributes['gen_ai.usage.cost']).toBeCloseTo(0.0035, 4);
    expect(problems).toMatchObject([{ code: 'CFG010', source: 'SIGNALBOX_GENAI_PRICES_FILE' }]);
    rmSync(directory, { recursive: true });
  });

  test.each([
    ['SIGNALBOX_GENAI_CONTENT', 'some', 'CFG003'],
    ['SIGNALBOX_GENAI_MAX_NAMES', '0', 'CFG002'],
    ['SIGNALBOX_GENAI_COST_ALIASES', 'langfuse', 'CFG003'],
    [CAPTURE, 'perhaps', 'CFG003'],
  ])('%s=%s is one problem, and content stays off', (name, value, code) => {
    const { attributes, problems } = processed({ [name]: value });
    expect(problems).toMatchObject([{ code, source: name }]);
    expect(attributes).not.toHaveProperty([IN]);
  });
});

describe('the instrumentations', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ [CAPTURE]: 'event_only' }, true],
    [{ SIGNALBOX_GENAI_CONTENT: 'preview' }, true],
    [{ SIGNALBOX_GENAI_CONTENT: 'off', [CAPTURE]: 'true' }, false],
  ])('record content with %j: %s', (env, captureContent) => {
    const { config } = loadConfig({ env, components: BUILT_IN_COMPONENTS });
    expect(config.instrumentations.plugged.map(({ name, settings }) => [name, settings])).toEqual([
      ['openai', { captureContent }],
      ['anthropic', { captureContent }],
      ['mcp', { captureContent }],
    ]);
  });
});
