import { type LogRecord, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type SpanWatchOptions, SpanWatchProcessor } from '../../../processors/index.ts';

const MINUTE = 60_000;

/** The real SDK around a watch whose clock and timer the test moves. */
function rig(settings: Partial<SpanWatchOptions> = {}) {
  let now = 0;
  const tasks = new Set<{ interval: number; task: () => void }>();
  const counts = new Map<string, number>();
  const lines: string[] = [];
  const events: LogRecord[] = [];
  const log = {
    error: (line: string) => void lines.push(line),
    warn: () => {},
    info: () => {},
    debug: () => {},
  };
  const watch = (next: SimpleSpanProcessor) =>
    new SpanWatchProcessor(next, {
      host: {
        clock: { now: () => now, monotonic: () => now },
        log,
        counters: {
          add(name, value = 1, attributes = {}) {
            const key = [name, ...Object.values(attributes)].join(' ');
            counts.set(key, (counts.get(key) ?? 0) + value);
          },
        },
        every(interval, task) {
          const entry = { interval, task };
          tasks.add(entry);
          return { cancel: () => void tasks.delete(entry) };
        },
      },
      logger: { emit: (record) => void events.push(record) },
      ...settings,
    });
  const exporter = new InMemorySpanExporter();
  // In-memory exporters forget at shutdown; this one is asked after it.
  exporter.shutdown = async () => {};
  const processor = watch(new SimpleSpanProcessor({ exporter }));
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('app');
  return {
    processor,
    provider,
    tasks,
    lines,
    events,
    spans: () => exporter.getFinishedSpans(),
    counts: () => Object.fromEntries(counts),
    start: (name: string, kind = SpanKind.INTERNAL, attributes = {}) =>
      tracer.startSpan(name, { kind, attributes }),
    /** Moves the clock by one sweep after the other. */
    pass(duration: number) {
      const [{ interval, task } = { interval: duration, task: () => {} }] = tasks;
      for (const end = now + duration; now < end; ) {
        now = Math.min(end, now + interval);
        task();
      }
    },
  };
}

const namesOf = (events: readonly LogRecord[]) =>
  events.map(({ attributes }) => attributes?.['signalbox.span.name']);

describe('a span that stays open', () => {
  it('is reported once, in its trace, and then ends as if nothing had been', () => {
    const r = rig();
    const span = r.start('job', SpanKind.CONSUMER, { queue: 'mail' });
    r.pass(5 * MINUTE - 1);
    expect(r.events).toEqual([]);
    r.pass(60 * MINUTE);
    expect(r.events).toHaveLength(1);
    const [event] = r.events;
    expect(event?.eventName).toBe('signalbox.span.incomplete');
    expect(event?.attributes).toMatchObject({
      queue: 'mail',
      'signalbox.span.incomplete': true,
      'signalbox.span.kind': 'consumer',
      'signalbox.span.scope': 'app',
    });
    expect(event?.context && trace.getSpanContext(event.context)).toEqual(span.spanContext());
    expect(r.counts()).toEqual({ 'signalbox.span.incomplete consumer report': 1 });
    expect(r.spans()).toEqual([]);

    span.setAttribute('late', true).end();
    expect(r.spans().map(({ attributes, status }) => [attributes, status.code])).toEqual([
      [{ queue: 'mail', late: true }, SpanStatusCode.UNSET],
    ]);
  });

  it('is not reported if it ends in time', () => {
    const r = rig();
    const span = r.start('request');
    r.pass(4 * MINUTE);
    span.end();
    r.pass(60 * MINUTE);
    expect(r.events).toEqual([]);
    expect([r.processor.held, r.spans().length]).toEqual([0, 1]);
  });

  it.each([
    ['gen_ai.operation.name', 'invoke_agent'],
    ['openinference.span.kind', 'AGENT'],
    ['traceloop.span.kind', 'workflow'],
    ['ai.operationId', 'ai.generateText'],
  ])('has 30 minutes if it has %s, also where that is set later', (key, value) => {
    const r = rig();
    r.start('agent').setAttribute(key, value);
    const plain = r.start('plain');
    r.pass(6 * MINUTE);
    expect(namesOf(r.events)).toEqual(['plain']);
    plain.end();
    r.pass(23 * MINUTE);
    expect(r.events).toHaveLength(1);
    r.pass(2 * MINUTE);
    expect(namesOf(r.events)).toEqual(['plain', 'agent']);
  });

  it('has the limit of its kind; 0 is none', () => {
    const r = rig({ kindLimits: { client: 1_000, consumer: 0 } });
    r.start('call', SpanKind.CLIENT);
    r.start('consume', SpanKind.CONSUMER);
    r.start('serve', SpanKind.SERVER);
    r.pass(2_000);
    expect(namesOf(r.events)).toEqual(['call']);
    r.pass(100 * MINUTE);
    expect(namesOf(r.events)).toEqual(['call', 'serve']);
  });

  it('is ended with an error where that is chosen, and its own end changes nothing', () => {
    const r = rig({ action: 'end' });
    const span = r.start('job');
    r.pass(6 * MINUTE);
    span.end();
    expect(r.spans()).toHaveLength(1);
    expect(r.spans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'signalbox.span.incomplete': true, 'error.type': 'timeout' },
    });
    expect(r.counts()).toEqual({ 'signalbox.span.incomplete internal end': 1 });
    expect(r.processor.held).toBe(0);
  });

  it('whose report fails keeps no other from being reported', () => {
    const names: unknown[] = [];
    const logger = {
      emit({ attributes }: LogRecord) {
        names.push(attributes?.['signalbox.span.name']);
        if (names.length === 1) throw new Error('no');
      },
    };
    const r = rig({ logger });
    r.start('a');
    r.start('b');
    r.pass(6 * MINUTE);
    expect(names).toEqual(['a', 'b']);
    expect(r.lines).toEqual(['an open span could not be reported: no']);
  });
});

describe('what it costs', () => {
  it('is one timer, whatever is open, and none without limits or after shutdown', async () => {
    const r = rig();
    for (let index = 0; index < 100; index++) r.start('job');
    expect(r.tasks.size).toBe(1);
    await r.provider.shutdown();
    expect([r.tasks.size, r.processor.held]).toEqual([0, 0]);
    expect(rig({ limit: 0, genaiLimit: 0 }).tasks.size).toBe(0);
  });

  it.each(['drop', 'export'] as const)(
    'is bounded memory if nothing ever ends (shutdown: %s)',
    (shutdown) => {
      const r = rig({ maxSpans: 10, shutdown });
      for (let round = 0; round < 50; round++) {
        for (let index = 0; index < 12; index++) r.start('leak');
        r.pass(6 * MINUTE);
      }
      expect(r.events).toHaveLength(500);
      expect(r.processor.held).toBe(shutdown === 'drop' ? 0 : 10);
      expect(r.counts()['signalbox.span_watch.unwatched']).toBe(shutdown === 'drop' ? 100 : 590);
      r.start('late').end();
      expect(r.spans().map(({ name }) => name)).toEqual(['late']);
    },
  );
});

describe('at shutdown', () => {
  it('what is open is dropped by default', async () => {
    const r = rig();
    r.start('job');
    await r.provider.shutdown();
    expect(r.spans()).toEqual([]);
  });

  it('what is open can be exported: marked, once, status as it is, the SDK span untouched', async () => {
    const r = rig({ shutdown: 'export' });
    const reported = r.start('old');
    r.pass(6 * MINUTE);
    const failing = r.start('failing').setStatus({ code: SpanStatusCode.ERROR, message: 'x' });
    r.start('done').end();
    r.pass(1_500);
    await r.provider.shutdown();
    const spans = r.spans();
    expect(spans.map(({ name }) => name)).toEqual(['done', 'old', 'failing']);
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      {},
      { 'signalbox.span.incomplete': true },
      { 'signalbox.span.incomplete': true },
    ]);
    expect(spans.map(({ status }) => status.code)).toEqual([0, 0, SpanStatusCode.ERROR]);
    expect(spans[2]).toMatchObject({ ended: true, duration: [1, 500_000_000] });
    expect(spans.map((span) => span.spanContext().spanId).slice(1)).toEqual(
      [reported, failing].map((span) => span.spanContext().spanId),
    );
    for (const span of [reported, failing]) {
      expect(span.isRecording()).toBe(true);
      expect((span as Span & { attributes: object }).attributes).toEqual({});
    }
  });

  it('the end of a span that was exported open is no second span', () => {
    const r = rig({ shutdown: 'export' });
    const span = r.start('job');
    r.processor.exportOpen();
    r.processor.exportOpen();
    span.end();
    r.start('next').end();
    expect(r.spans().map(({ name }) => name)).toEqual(['job', 'next']);
  });
});
