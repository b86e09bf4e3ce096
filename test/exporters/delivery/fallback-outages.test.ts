/** Real backends that fail in real ways: whatever happens, each span is somewhere and the books are right. */
import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createSpanDelivery,
  DELIVERY_DEFAULTS,
  DestinationHealth,
  type DestinationStats,
  FallbackRoute,
} from '../../../exporters/index.ts';
import { BUILT_IN_COMPONENTS } from '../../../src/box/components.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { AnyComponent, ExporterInstance } from '../../../src/core/index.ts';
import { DatadogAgent } from '../../support/datadog-agent.ts';
import { type Answer, startOtlpReceiver } from '../../support/receivers/index.ts';
import { testHost } from '../support/host.ts';
import { expectBalanced } from '../support/scripted-backend.ts';

const OPTIONS = {
  ...DELIVERY_DEFAULTS,
  retryDelay: 5,
  maxRetryDelay: 20,
  breakerThreshold: 3,
  breakerReset: 30,
  shutdownTimeout: 5_000,
};
const BATCH = { queueSize: 5_000, batchSize: 8, delay: 5, timeout: 20_000 };

/** A backend of either kind that can be told to fail. */
interface Backend extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly word: string;
  fail(answer: 'unavailable' | 'disconnect' | 'refuse'): void;
  recover(): void;
  /** Ids of all spans that were accepted, with repetitions. */
  ids(): string[];
}

const ANSWERS: Readonly<Record<'unavailable' | 'disconnect' | 'refuse', Answer>> = {
  unavailable: { status: 503, code: 14 },
  disconnect: { disconnect: true },
  refuse: { status: 400, code: 3 },
};

async function otlp(protocol: 'http/protobuf' | 'grpc', name?: string): Promise<Backend> {
  const receiver = await startOtlpReceiver(protocol);
  const prefix = name === undefined ? 'OTEL_EXPORTER_OTLP' : `SIGNALBOX_OTLP_${name.toUpperCase()}`;
  return {
    word: name === undefined ? 'otlp' : `otlp/${name}`,
    env: { [`${prefix}_ENDPOINT`]: receiver.url, [`${prefix}_PROTOCOL`]: protocol },
    fail: (answer) => {
      receiver.recover();
      receiver.respondWith(ANSWERS[answer]);
    },
    recover: () => receiver.recover(),
    ids: () => receiver.spans.map(({ spanId }) => spanId),
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

async function datadog(): Promise<Backend> {
  const agent = await DatadogAgent.start();
  return {
    word: 'datadog',
    env: { DD_TRACE_AGENT_URL: agent.url },
    fail: (answer) => {
      agent.mood = (_request, response) => {
        if (answer === 'disconnect') response.socket?.destroy();
        else response.writeHead(ANSWERS[answer].status ?? 200).end();
        return true;
      };
    },
    recover: () => {
      agent.mood = undefined;
    },
    ids: () => agent.spans.map(({ span_id }) => span_id.toString(16).padStart(16, '0')),
    [Symbol.asyncDispose]: () => agent.stop(),
  };
}

function exporterOf(backend: Backend): SpanExporter {
  const { config, components } = loadConfig({
    env: {
      OTEL_TRACES_EXPORTER: backend.word,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...backend.env,
    },
    components: BUILT_IN_COMPONENTS,
  });
  const component = components.find(({ name }) => name === backend.word) as AnyComponent<'exporter'>;
  const settings = config.exporters.find(({ name }) => name === backend.word)?.settings;
  const instance: ExporterInstance = component.create(settings, testHost().host);
  return instance.traces?.() as SpanExporter;
}

/** A tracer whose spans go to the first backend, with the others as fallbacks. */
function service(primary: Backend, fallbacks: readonly Backend[], mode: 'switch' | 'mirror' = 'switch') {
  const { host, lines } = testHost();
  const routes = fallbacks.map(
    (backend) =>
      new FallbackRoute({
        name: backend.word,
        signal: 'traces',
        exporter: exporterOf(backend),
        health: new DestinationHealth(backend.word, host),
        host,
        options: OPTIONS,
      }),
  );
  const setup = { name: primary.word, options: OPTIONS, fallback: { routes, mode } };
  const processor = createSpanDelivery(exporterOf(primary), BATCH, host, setup);
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  const ended: string[] = [];
  const end = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const span = tracer.startSpan(`s${index}`);
      ended.push(span.spanContext().spanId);
      span.end();
    }
  };
  const stats = (): DestinationStats => processor.delivery.stats();
  const until = async (reached: (now: DestinationStats) => boolean): Promise<void> => {
    while (!reached(stats())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { end, ended, stats, until, lines, processor };
}

const WAYS: readonly [way: string, primary: () => Promise<Backend>, fallback: () => Promise<Backend>][] = [
  ['OTLP over HTTP to OTLP over gRPC', () => otlp('http/protobuf'), () => otlp('grpc', 'eu')],
  ['OTLP over gRPC to a Datadog Agent', () => otlp('grpc'), datadog],
  ['a Datadog Agent to OTLP over HTTP', datadog, () => otlp('http/protobuf')],
];

describe.each(WAYS)('from %s', (_way, startPrimary, startFallback) => {
  test('down from the start, then up, then down, then up', async () => {
    await using primary = await startPrimary();
    await using fallback = await startFallback();
    const { end, ended, stats, until, lines, processor } = service(primary, [fallback]);
    primary.fail('unavailable');
    end(50);
    await until(({ inMemory }) => inMemory === 0);
    expect(new Set(fallback.ids())).toEqual(new Set(ended));
    primary.recover();
    await until(({ breaker }) => {
      end(8);
      return breaker === 'closed';
    });
    // What was on its way to the fallback then has arrived.
    await until(({ inMemory }) => inMemory === 0);
    const before = fallback.ids().length;
    end(40);
    await until(({ inMemory }) => inMemory === 0);
    expect(fallback.ids()).toHaveLength(before);
    primary.fail('disconnect');
    end(40);
    await until(({ inMemory }) => inMemory === 0);
    expect(fallback.ids().length).toBeGreaterThan(before);
    primary.recover();
    end(40);
    await processor.forceFlush();
    await processor.shutdown();
    const arrived = [...primary.ids(), ...fallback.ids()];
    expect(new Set(arrived)).toEqual(new Set(ended));
    expect(stats()).toMatchObject({
      accepted: ended.length,
      delivered: ended.length,
      rejected: 0,
      dropped: {},
    });
    expect(stats().fallback).toEqual({ [fallback.word]: fallback.ids().length });
    expectBalanced(stats());
    expect(lines.filter((line) => line.includes('the fallback'))).not.toEqual([]);
  });

  test('flapping all the time', async () => {
    await using primary = await startPrimary();
    await using fallback = await startFallback();
    const { end, ended, stats, processor } = service(primary, [fallback]);
    for (let round = 0; round < 30; round++) {
      if (round % 3 === 0) primary.recover();
      else primary.fail(round % 2 === 0 ? 'unavailable' : 'disconnect');
      end(20);
      await new Promise((resolve) => setTimeout(resolve, 15));
      expectBalanced(stats());
    }
    primary.recover();
    await processor.forceFlush();
    await processor.shutdown();
    expect(new Set([...primary.ids(), ...fallback.ids()])).toEqual(new Set(ended));
    expect(stats()).toMatchObject({ accepted: 600, delivered: 600, rejected: 0, dropped: {}, inMemory: 0 });
  });

  test('both down, then one of them up', async () => {
    await using primary = await startPrimary();
    await using fallback = await startFallback();
    const { end, ended, stats, until, processor } = service(primary, [fallback]);
    primary.fail('unavailable');
    fallback.fail('disconnect');
    end(60);
    await until(({ breaker }) => breaker === 'open');
    expect(stats()).toMatchObject({ inMemory: 60, delivered: 0 });
    fallback.recover();
    await until(({ inMemory }) => inMemory === 0);
    expect(new Set(fallback.ids())).toEqual(new Set(ended));
    await processor.shutdown();
  });

  test('the fallback refuses (400): the destination gets everything when it is back', async () => {
    await using primary = await startPrimary();
    await using fallback = await startFallback();
    const { end, ended, stats, until, processor } = service(primary, [fallback]);
    primary.fail('unavailable');
    fallback.fail('refuse');
    end(40);
    await until(({ breaker, inFlight }) => breaker === 'open' && inFlight === 0);
    expect(stats()).toMatchObject({ inMemory: 40, rejected: 0 });
    primary.recover();
    await processor.forceFlush();
    expect(new Set(primary.ids())).toEqual(new Set(ended));
    expect(stats()).toMatchObject({ delivered: 40, rejected: 0, fallback: {} });
    await processor.shutdown();
  });

  test('mirrored: the fallback has all of the outage, and the destination everything in the end', async () => {
    await using primary = await startPrimary();
    await using fallback = await startFallback();
    const { end, ended, stats, until, processor } = service(primary, [fallback], 'mirror');
    primary.fail('unavailable');
    end(40);
    await until(({ fallback: taken }) => taken[fallback.word] === 40);
    expectBalanced(stats());
    primary.recover();
    await until(({ inMemory }) => inMemory === 0);
    expect(new Set(primary.ids())).toEqual(new Set(ended));
    expect(new Set(fallback.ids())).toEqual(new Set(ended));
    expect(stats()).toMatchObject({ delivered: 40, accepted: 40 });
    await processor.shutdown();
  });
});
