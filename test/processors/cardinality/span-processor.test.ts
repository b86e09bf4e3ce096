import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  type CardinalityOptions,
  CardinalitySpanProcessor,
  cardinalityOptions,
} from '../../../processors/index.ts';

function spansOf(
  options: Partial<CardinalityOptions>,
  names: readonly string[],
  attributes: (index: number) => Record<string, string> = () => ({}),
) {
  const exporter = new InMemorySpanExporter();
  const processor = new CardinalitySpanProcessor(
    new SimpleSpanProcessor({ exporter }),
    cardinalityOptions(options),
  );
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  for (const [index, name] of names.entries())
    tracer.startSpan(name, { attributes: attributes(index) }).end();
  return exporter.getFinishedSpans();
}

describe('CardinalitySpanProcessor', () => {
  it('leaves names and values alone unless told otherwise', () => {
    const [span] = spansOf({}, ['GET /users/1'], () => ({ 'user.id': 'ada' }));
    expect([span?.name, span?.attributes]).toEqual(['GET /users/1', { 'user.id': 'ada' }]);
  });

  it('bounds names', () => {
    const names = Array.from(
      { length: 1_500 },
      (_, index) => `GET /${'abcdefghij'.repeat(index % 3)}/x${index}/9`,
    );
    const seen = new Set(spansOf({ spanNames: true }, names).map(({ name }) => name));
    expect(seen.size).toBe(1_001);
    expect(seen).toContain('GET other');
  });

  it('bounds the values of keys that have a limit of their own', () => {
    const spans = spansOf(
      { spanValues: true, keyLimits: { 'gen_ai.tool.name': 2 } },
      ['a', 'b', 'c'],
      (index) => ({ 'gen_ai.tool.name': `t${index}`, 'user.id': `u${index}` }),
    );
    expect(spans.map(({ attributes }) => attributes['gen_ai.tool.name'])).toEqual(['t0', 't1', 'other_tool']);
    expect(spans.map(({ attributes }) => attributes['user.id'])).toEqual(['u0', 'u1', 'u2']);
  });
});
