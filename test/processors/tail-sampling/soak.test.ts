import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { rig, seeded } from '../../samplers/support.ts';

/**
 * 200,000 traces of random shape with late spans, spans that never end, and bursts. The limits are
 * small, so that every kind of pressure occurs.
 */
test('200,000 traces: one decision each, every span accounted for, memory within its bound', () => {
  const TRACES = 200_000;
  const LIMIT = 4 * 1024 * 1024;
  const r = rig({
    SIGNALBOX_SAMPLING_RULES: 'keep error; keep duration>5s; keep spans>6; 0.02',
    SIGNALBOX_SAMPLING_BUFFER_SPANS: '4000',
    SIGNALBOX_SAMPLING_BUFFER_BYTES: String(LIMIT),
    SIGNALBOX_SAMPLING_BUFFER_TRACE_SPANS: '40',
  });
  const random = seeded(2026);
  const pending: Span[][] = [];
  let recorded = 0;
  let ended = 0;
  let exported = 0;
  let largest = 0;
  /** Of each trace, how many spans have ended and not been exported. */
  const missing = new Map<string, number>();
  const seen = new Set<string>();
  const drain = () => {
    for (const span of r.exported()) {
      const { traceId } = span.spanContext();
      seen.add(traceId);
      missing.set(traceId, (missing.get(traceId) ?? 0) - 1);
      exported++;
    }
    r.reset();
  };
  const begin = (): Span[] => {
    const root = r.start('root');
    const spans = [root];
    const count = random() < 0.6 ? 0 : Math.floor(random() ** 3 * 12);
    for (let at = 0; at < count; at++) {
      const parent = spans[Math.floor(random() * spans.length)] as Span;
      spans.push(r.start('child', {}, trace.setSpan(ROOT_CONTEXT, parent)));
    }
    for (const span of spans) if (span.isRecording()) recorded++;
    return spans;
  };
  const finish = (span: Span) => {
    if (!span.isRecording()) return;
    if (random() < 0.003) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    ended++;
    const { traceId } = span.spanContext();
    missing.set(traceId, (missing.get(traceId) ?? 0) + 1);
  };
  for (let at = 0; at < TRACES; at++) {
    const spans = begin();
    const dice = random();
    if (dice < 0.002) continue; // Never ended at all.
    if (dice < 0.01) spans.splice(Math.floor(random() * spans.length), 1); // One span never ends.
    if (dice < 0.05) pending.push(spans);
    else for (const span of spans.reverse()) finish(span);
    if (pending.length > 500) for (const late of pending.splice(0, 400)) late.forEach(finish);
    if (at % 50 === 0) r.host.advance(20);
    if (at % 5000 === 0) drain();
    largest = Math.max(largest, r.tail?.held.bytes ?? 0);
  }
  for (const late of pending) late.forEach(finish);
  r.host.advance(70_000);
  drain();
  expect(r.tail?.held).toEqual({ traces: 0, spans: 0, bytes: 0 });
  expect(largest).toBeLessThanOrEqual(LIMIT * 1.3);
  // One decision each: a trace that came out came out with every span that ended.
  expect([...seen].filter((traceId) => missing.get(traceId) !== 0)).toEqual([]);
  expect(seen.size).toBeGreaterThan(TRACES * 0.01);
  const counts = r.host.counts;
  expect(r.host.total('signalbox.sampling.traces')).toBe(TRACES);
  expect(counts.get('signalbox.sampling.spans{decision=keep}')).toBe(exported);
  expect(r.host.total('signalbox.sampling.spans')).toBe(ended);
  expect(counts.get('signalbox.sampling.buffer.spans')).toBe(0);
  expect(counts.get('signalbox.sampling.buffer.bytes')).toBe(0);
  expect(recorded).toBeGreaterThan(ended);
  for (const reason of ['linger', 'wait']) {
    expect(counts.get(`signalbox.sampling.forced{reason=${reason}}`)).toBeGreaterThan(0);
  }
  expect(r.host.total('signalbox.sampling.late_spans')).toBeGreaterThan(0);
}, 300_000);
