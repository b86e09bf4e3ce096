/** Content that is asked for: who records what, and how much of it each backend gets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { genAi, runClients, type Side, type Sides, textOf } from './run-clients.ts';

/** Every kind of content that the clients handle. The provider and the applications mark each. */
const KINDS = [
  'prompt',
  'completion',
  'argument',
  'result',
  'system',
  'description',
  'event',
  'log',
] as const;
type Kind = (typeof KINDS)[number];

/** Kinds a client does not have, or does not record, and why. */
const SILENT: Readonly<Record<string, Partial<Record<Kind, string>>>> = {
  openai6: {},
  openai7: {},
  langchain: {},
  ai: {},
  anthropic: { description: 'its spans record no definitions of tools' },
  mcp: {
    prompt: 'MCP calls tools, not models',
    completion: 'MCP calls tools, not models',
    system: 'MCP calls tools, not models',
    description: 'a call does not carry it',
  },
  unknown: {},
};

const sungBy = (side: Side, client: string): Set<string> => {
  const cells = [...side.cells].filter(([name]) => name.startsWith(`${client}/`));
  return new Set(
    cells.flatMap(([, spans]) => [...textOf(spans).matchAll(/kept-(\w+)/g)].map(([, kind]) => `${kind}`)),
  );
};

describe('full content', () => {
  test.each([
    ['SIGNALBOX_GENAI_CONTENT', 'full', 'require'],
    ['SIGNALBOX_GENAI_CONTENT', 'full', 'import'],
    ['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', 'true', 'require'],
  ] as const)(
    'by %s=%s with --%s is there, so that its absence means something',
    async (variable, value, loader) => {
      const { otlp, datadog } = await runClients(loader, { [variable]: value });
      for (const [client, silent] of Object.entries(SILENT)) {
        const expected = KINDS.filter((kind) => !(kind in silent));
        const ofSpans = expected.filter((kind) => kind !== 'log');
        expect([
          client,
          ofSpans.filter((kind) => !sungBy(otlp, client).has(kind) && kind !== 'event'),
        ]).toEqual([client, []]);
        expect([
          client,
          ofSpans.filter((kind) => !sungBy(datadog, client).has(kind) && kind !== 'event'),
        ]).toEqual([client, []]);
        for (const kind of Object.keys(silent))
          expect([client, sungBy(otlp, client).has(kind)]).toEqual([client, false]);
      }
      for (const kind of ['event', 'log'])
        expect([kind, otlp.text.includes(`kept-${kind}`)]).toEqual([kind, true]);
      expect(datadog.text).toContain('kept-event');
    },
    180_000,
  );

  test('a client of Anthropic that was told what to record keeps to it', async () => {
    const sides = await runClients(
      'import',
      {
        SIGNALBOX_GENAI_CONTENT: 'full',
        ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: 'metadata_only',
      },
      ['others'],
    );
    // What is left is the application's own event, and a prompt that an error quotes.
    expect(
      [...sungBy(sides.otlp, 'anthropic')].filter((kind) => kind !== 'event' && kind !== 'prompt'),
    ).toEqual([]);
  }, 180_000);
});

/** Cells in which a tool says its arguments in its result. */
const QUOTING = ['ai/failing tool', 'mcp/tools'];

describe.each([
  ['redact_prompts', ['prompt', 'system', 'argument', 'description'], ['completion', 'result']],
  ['redact_completions', ['completion', 'result'], ['prompt', 'system', 'argument', 'description']],
])('%s in the file', (setting, withheld, told) => {
  test('withholds that side, wherever the other one quotes it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-side-'));
    try {
      const file = join(directory, 'signalbox.yaml');
      writeFileSync(file, `genai:\n  content: full\nsecurity:\n  redaction:\n    ${setting}: true\n`);
      const { otlp, datadog } = await runClients('require', { SIGNALBOX_CONFIG_FILE: file }, ['others']);
      for (const { cells } of [otlp, datadog]) {
        const text = textOf([...cells].filter(([name]) => !QUOTING.includes(name)));
        expect(withheld.filter((kind) => text.includes(`kept-${kind}`))).toEqual([]);
        expect(told.filter((kind) => !text.includes(`kept-${kind}`))).toEqual([]);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 180_000);
});

describe('limits', () => {
  const MESSAGES = /^gen_ai\.(?:(?:input|output)\.messages|system_instructions)$/;
  const LIMIT = 120_000;
  let sides: Sides;
  beforeAll(async () => {
    sides = await runClients('require', {
      REPEAT: '2500',
      SIGNALBOX_GENAI_CONTENT: 'full',
      SIGNALBOX_GENAI_CONTENT_LIMIT: String(LIMIT),
    });
  }, 240_000);

  const valuesOf = (side: Side) =>
    [...side.cells.values()]
      .flatMap(genAi)
      .flatMap(({ attributes }) => Object.entries(attributes))
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string');

  test.each(['otlp', 'datadog'] as const)('messages stay valid JSON for %s', (name) => {
    const messages = valuesOf(sides[name]).filter(([key]) => MESSAGES.test(key));
    expect(messages.filter(([, value]) => value.length > 15_000).length).toBeGreaterThan(20);
    for (const [key, value] of messages) expect([key, Array.isArray(JSON.parse(value))]).toEqual([key, true]);
  });

  test('Datadog gets what its Agent does not cut: 25 000 bytes of messages', () => {
    for (const [key, value] of valuesOf(sides.datadog)) {
      const size = MESSAGES.test(key) ? Buffer.byteLength(value) : value.length;
      expect([key, size <= 25_003]).toEqual([key, true]);
    }
  });

  test('the other backend gets all that was asked for', () => {
    const longest = Math.max(...valuesOf(sides.otlp).map(([, value]) => value.length));
    expect(longest).toBeGreaterThan(60_000);
    expect(longest).toBeLessThanOrEqual(LIMIT);
  });
});
