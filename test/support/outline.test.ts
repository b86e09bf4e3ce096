import { outline } from './outline.ts';
import { type OtlpReceiver, startOtlpReceiver } from './receivers/index.ts';

const TRACE = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const id = (digit: number): string => String(digit).repeat(16);

async function send(receiver: OtlpReceiver, spans: object[]): Promise<void> {
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers, body });
}

test('children stand below their parent in order of start, whatever order they arrive in', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  const span = (name: string, spanId: number, parent: number | undefined, startTimeUnixNano: number) => ({
    traceId: TRACE,
    spanId: id(spanId),
    ...(parent ? { parentSpanId: id(parent) } : {}),
    name,
    kind: 1,
    startTimeUnixNano,
  });
  await send(receiver, [
    { ...span('late', 3, 1, 30), status: { code: 2 } },
    span('below', 4, 2, 25),
    span('early', 2, 1, 20),
    span('root', 1, undefined, 10),
  ]);
  expect(outline(receiver.spans)).toEqual([
    'INTERNAL root',
    '  INTERNAL early',
    '    INTERNAL below',
    '  INTERNAL late ERROR',
  ]);
});

test('a span is not below one of another trace, and one without its parent is an orphan', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  await send(receiver, [
    { traceId: TRACE, spanId: id(1), name: 'root', startTimeUnixNano: 1 },
    { traceId: OTHER, spanId: id(2), parentSpanId: id(1), name: 'stray', startTimeUnixNano: 2 },
  ]);
  expect(outline(receiver.spans, ({ name }) => name)).toEqual(['root', '(orphan) stray']);
});
