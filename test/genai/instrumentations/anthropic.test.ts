import { dirname, join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { AnthropicInstrumentation } from '../../../src/genai/instrumentations/index.ts';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';
import { ProviderServer } from '../support/provider-server.ts';

/** Internal to the package, so it has no name to import it by. */
const tracing = jest.requireActual<Record<string, unknown>>(
  join(dirname(require.resolve('@anthropic-ai/sdk')), 'internal/tracing.js'),
);

let box: TestBox;
let server: ProviderServer;
beforeAll(async () => {
  server = await new ProviderServer().start();
});
afterAll(() => server.stop());
beforeEach(() => {
  box = createTestBox({ genai: { content: { prompts: 'full', completions: 'full' } } });
});
afterEach(() => box.dispose());

type Options = ConstructorParameters<typeof Anthropic>[0];

/** What is recorded of one call of a client with the given options. */
async function recorded(options: Options): Promise<string> {
  const client = new Anthropic({ apiKey: 'x', baseURL: server.url, maxRetries: 0, ...options });
  const messages = [{ role: 'user' as const, content: 'a secret' }];
  await client.messages.create({ model: 'claude-test', max_tokens: 10, messages });
  box.assertSpans().named('chat claude-test').hasCount(1).hasAttribute('gen_ai.usage.input_tokens', 30);
  return JSON.stringify(box.spans().map(({ attributes }) => attributes));
}

const METADATA = { traces: { contentMode: 'metadata_only' as const } };

test('without it, or without a wish for content, there is none', async () => {
  const before = tracing.resolveOpenTelemetryOptions;
  expect(new AnthropicInstrumentation({ captureContent: false }).patch(tracing)).toBe(tracing);
  expect(tracing.resolveOpenTelemetryOptions).toBe(before);
  expect(await recorded({})).not.toContain('a secret');
});

describe('patched', () => {
  const instrumentation = new AnthropicInstrumentation({ captureContent: true });
  beforeAll(() => {
    instrumentation.patch(tracing);
    // Loaded by two paths, it must be patched once.
    instrumentation.patch(tracing);
  });

  test('a client that says nothing of it records content', async () => {
    const text = await recorded({});
    expect(text).toContain('gen_ai.input.messages');
    expect(text).toContain('a secret');
  });

  test.each([
    ['metadata only', METADATA],
    ['its tracing with defaults', {}],
  ])('one that was told to record %s does so', async (_, openTelemetry) => {
    expect(await recorded({ openTelemetry })).not.toContain('a secret');
  });

  test('what does not look as expected stays as it is', () => {
    const odd = { resolveOpenTelemetryOptions: 'gone' };
    expect(instrumentation.patch(odd)).toEqual({ resolveOpenTelemetryOptions: 'gone' });
    expect(instrumentation.patch(undefined)).toBeUndefined();
  });
});
