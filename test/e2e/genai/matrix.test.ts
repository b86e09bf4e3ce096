/** Real clients, a provider on loopback, and both backends: what of every cell is in the bytes that arrive. */
import { CELLS, type Cell, ROWS, treeOf } from './cells.ts';
import { genAi, runClients, type Side, type Sides, type scenarioOf } from './run-clients.ts';

const all = Object.entries(CELLS).flatMap(([client, rows]) =>
  ROWS.map((row) => ({ client, row, cell: rows[row] })),
);
const existing = all.flatMap(({ client, row, cell }) =>
  typeof cell === 'string' ? [] : [[`${client}/${row}`, cell] as const],
);
/** Cells beside the matrix: what has a test of its own below, or in the test of content. */
const FURTHER = ['ai/failing tool', 'unknown/by hand'];

const COUNTS = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens', 'gen_ai.usage.cost'];
const FIRST = 'gen_ai.response.time_to_first_chunk';

describe.each(['require', 'import'] as const)('with --%s', (loader) => {
  let sides: Sides;
  beforeAll(async () => {
    sides = await runClients(loader);
  }, 240_000);

  test('exactly the cells that exist have run', () => {
    const names = [...existing.map(([name]) => name), ...FURTHER].sort();
    for (const { cells } of [sides.otlp, sides.datadog]) expect([...cells.keys()].sort()).toEqual(names);
  });

  describe.each(['otlp', 'datadog'] as const)('in the bytes for %s', (name) => {
    let side: Side;
    beforeAll(() => {
      side = sides[name];
    });
    const of = (cell: string) => side.cells.get(cell) ?? [];

    test.each(existing)('%s', (cell, expected) => {
      const spans = genAi(of(cell));
      expect(treeOf(spans, of(cell))).toEqual([...expected.tree].sort());
      checkCalls(cell, of(cell), expected, name);
      // A sum over calls that have a cost each would count everything twice.
      for (const span of spans.filter((one) => one.name !== expected.call)) {
        expect(Object.keys(span.attributes).filter((key) => /cost/.test(key))).toEqual([]);
      }
      const about = spans.filter(({ attributes }) => 'gen_ai.operation.name' in attributes);
      if (name === 'datadog') expect(new Set(about.map(({ type }) => type))).toEqual(new Set(['llm']));
    });

    test('a failing tool is told by its class', () => {
      const tool = of('ai/failing tool').find((span) => span.name === 'execute_tool fail');
      expect([tool?.failed, tool?.attributes['error.type']]).toEqual([true, 'Error']);
    });

    test('a tool of MCP that fails, or is not there, is an error on both sides', () => {
      const failed = of('mcp/tools').filter((span) => span.failed);
      expect(failed.map((span) => [span.name, span.attributes['error.type']]).sort()).toEqual([
        ['tools/call broken', 'tool_error'],
        ['tools/call broken', 'tool_error'],
        ['tools/call missing', 'tool_error'],
        ['tools/call missing', 'tool_error'],
      ]);
    });

    test('no content of any kind is in them', () => {
      expect(around(side.text, 'kept-')).toEqual([]);
      expect(around(side.text, Buffer.from('kept-').toString('base64').slice(0, 6))).toEqual([]);
    });
  });

  test('the metrics count every call once', () => {
    const calls = [...sides.otlp.cells.values()].flatMap(genAi).filter(isCall);
    const durations = sides.metrics.filter(({ name }) => name === 'gen_ai.client.operation.duration');
    expect(durations.every(({ unit }) => unit === 's')).toBe(true);
    expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(calls.length);
  });
});

test.each(all.filter(({ cell }) => typeof cell === 'string'))(
  'there is no $client/$row: $cell',
  ({ cell }) => {
    expect(cell).not.toBe('');
  },
);

/** One call, whatever it counts: a span that only repeats another one says so. */
function isCall({ attributes }: { attributes: Readonly<Record<string, unknown>> }): boolean {
  const operation = String(attributes['gen_ai.operation.name']);
  return ['chat', 'embeddings'].includes(operation) && !('signalbox.genai.same_call_as' in attributes);
}

function checkCalls(
  cell: string,
  spans: readonly Parameters<typeof scenarioOf>[0][number][],
  expected: Cell,
  side: string,
): void {
  const calls = genAi(spans).filter((span) => span.name === expected.call);
  const counting = calls.filter((span) => !('signalbox.genai.same_call_as' in span.attributes));
  expect(counting.length).toBeGreaterThan(0);
  // The request over HTTP is within the call; MCP needs none here.
  const ids = new Set(genAi(spans).map(({ id }) => id));
  const requests = spans.filter(({ id, parent }) => ids.has(parent) && !ids.has(id));
  if (!cell.startsWith('mcp/')) expect(requests.length).toBe(expected.detached ? 0 : counting.length);
  for (const { attributes, failed } of counting) {
    expect(attributes).toMatchObject(expectedFor(side, expected.attributes));
    expect([cell, failed]).toEqual([cell, expected.failed ?? false]);
    if (expected.uncounted) expect(COUNTS.filter((key) => key in attributes)).toEqual([]);
    if (expected.firstChunk) expect(attributes[FIRST]).toBeGreaterThan(0);
    else expect(attributes[FIRST]).toBeUndefined();
    expect(Number(attributes[FIRST] ?? 0)).toBeLessThan(5);
  }
}

/** The one name that differs: Datadog's for the status of HTTP. */
function expectedFor(side: string, attributes: Cell['attributes']): object {
  const { 'http.response.status_code': status, ...rest } = attributes;
  if (status === undefined) return rest;
  return { ...rest, [side === 'otlp' ? 'http.response.status_code' : 'http.status_code']: status };
}

/** Where a word is, with what is around it, so that a failure shows the place and not megabytes. */
function around(text: string, word: string): string[] {
  const places = text.split(word);
  return places.slice(1).map((after, index) => `${places[index]?.slice(-160)}[HERE]${after.slice(0, 40)}`);
}
