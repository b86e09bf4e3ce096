/**
 * Signalbox, dd-trace and OpenTelemetry's consistent sampler, each in a process of its own, decide about the
 * same traces at rates of their own. What they know of each other is what HTTP headers say.
 */
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { adjustedCount } from '../../samplers/index.ts';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { type App, runApp } from '../support/run-app.ts';

const TRACES = 2000;

type Headers = Record<string, string>;
interface Answer {
  readonly traceId: string;
  readonly kept: boolean;
  readonly headers: Headers;
}

const connections = new Agent({ keepAlive: true, maxSockets: 4 });

/** A service that decides, over HTTP. */
class Service {
  private constructor(
    readonly app: App,
    private readonly port: number,
  ) {}

  static async start(tracer: 'signalbox' | 'datadog' | 'otel', env: Headers): Promise<Service> {
    const app = runApp({
      app: join(import.meta.dirname, 'apps', 'deciding-service.cjs'),
      loader: tracer === 'signalbox' ? 'require' : 'none',
      env: {
        TRACER: tracer,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http',
        ...env,
      },
      timeout: 120_000,
    });
    const [, port] = await app.waitForLine(/port (\d+)/);
    return new Service(app, Number(port));
  }

  /** One request for each set of headers; the answers in the same order. */
  async decide(all: readonly Headers[]): Promise<Answer[]> {
    return Promise.all(all.map((headers) => this.one(headers)));
  }

  private one(headers: Headers): Promise<Answer> {
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: this.port, headers, agent: connections }, (response) => {
        text(response).then((body) => resolve(JSON.parse(body) as Answer), reject);
      }).on('error', reject);
    });
  }
}

let agent: DatadogAgent;
let receiver: OtlpReceiver;

beforeAll(async () => {
  agent = await DatadogAgent.start();
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(async () => {
  connections.destroy();
  await Promise.all([agent.stop(), receiver.close()]);
});

const signalbox = (rules: string, env: Headers = {}) =>
  Service.start('signalbox', { ...receiver.env, SIGNALBOX_SAMPLING_RULES: rules, ...env });
const datadog = (rate: number) =>
  Service.start('datadog', { RATE: String(rate), DD_TRACE_AGENT_URL: agent.url });
const otel = (rate: number) => Service.start('otel', { RATE: String(rate) });

const roots = Array.from({ length: TRACES }, (): Headers => ({}));
const keptOf = (answers: readonly Answer[]) =>
  new Set(answers.filter(({ kept }) => kept).map(({ traceId }) => traceId));

/** The ids alone, as something between two services leaves them that does not know of sampling. */
function withoutDecision({ headers }: Answer): Headers {
  const { 'x-datadog-trace-id': id = '', 'x-datadog-parent-id': parent = '', traceparent = '' } = headers;
  const tags = `_dd.p.tid=${traceparent.slice(3, 19)}`;
  return { 'x-datadog-trace-id': id, 'x-datadog-parent-id': parent, 'x-datadog-tags': tags };
}

/** What a service that only speaks W3C hands on. */
const w3c = ({ headers: { traceparent = '', tracestate = '' } }: Answer): Headers =>
  tracestate === '' ? { traceparent } : { traceparent, tracestate };

/** Fails unless every set is part of the next, and each holds its share of the traces within five sigma. */
function expectNested(sets: readonly { readonly rate: number; readonly kept: ReadonlySet<string> }[]): void {
  for (const [index, { rate, kept }] of sets.entries()) {
    const sigma = Math.sqrt(TRACES * rate * (1 - rate));
    expect(Math.abs(kept.size - TRACES * rate)).toBeLessThan(5 * sigma);
    const next = sets[index + 1]?.kept;
    if (next) expect([...kept].filter((id) => !next.has(id))).toEqual([]);
  }
}

test('traces that Signalbox begins: dd-trace keeps a part of them, and OpenTelemetry a part in between', async () => {
  const [head, strict, middle] = await Promise.all([signalbox('0.5'), datadog(0.2), otel(0.3)]);
  const begun = await head.decide(roots);
  expect(new Set(begun.map(({ traceId }) => traceId)).size).toBe(TRACES);
  const inDatadog = await strict.decide(begun.map(withoutDecision));
  const inOtel = await middle.decide(begun.map(w3c));
  for (const [index, { traceId }] of begun.entries()) {
    expect([inDatadog[index]?.traceId, inOtel[index]?.traceId]).toEqual([traceId, traceId]);
  }
  expectNested([
    { rate: 0.2, kept: keptOf(inDatadog) },
    { rate: 0.3, kept: keptOf(inOtel) },
    { rate: 0.5, kept: keptOf(begun) },
  ]);
  // What was answered is what is exported.
  head.app.kill();
  await head.app.exit;
  expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(keptOf(begun));
  const priorities = () => agent.spans.filter(({ metrics }) => (metrics._sampling_priority_v1 ?? 0) > 0);
  await agent.until(() => agent.spans.length === TRACES);
  expect(new Set(priorities().map(({ meta, trace_id }) => meta['_dd.p.tid'] + hex(trace_id)))).toEqual(
    keptOf(inDatadog),
  );
}, 120_000);

const hex = (id: bigint) => id.toString(16).padStart(16, '0');

test('traces that dd-trace begins: each of the others keeps what the rates say, and none decides otherwise', async () => {
  const [head, lower, middle, between] = await Promise.all([
    datadog(0.5),
    signalbox('0.2', { SIGNALBOX_SAMPLING_PARENT: 'ignore' }),
    otel(0.3),
    signalbox('0.4'),
  ]);
  const begun = await head.decide(roots);
  const inSignalbox = await lower.decide(begun.map(({ headers }) => headers));
  const inOtel = await middle.decide(begun.map(w3c));
  // Without a decision that came in, a Signalbox that respects those takes one of its own.
  const undecided = await between.decide(begun.map(withoutDecision));
  expectNested([
    { rate: 0.2, kept: keptOf(inSignalbox) },
    { rate: 0.3, kept: keptOf(inOtel) },
    { rate: 0.4, kept: keptOf(undecided) },
    { rate: 0.5, kept: keptOf(begun) },
  ]);
}, 120_000);

test('traces that OpenTelemetry begins: Signalbox raises the threshold and never keeps what was dropped', async () => {
  const [head, lower, follower] = await Promise.all([
    otel(0.5),
    signalbox('0.2', { SIGNALBOX_SAMPLING_PARENT: 'ignore' }),
    signalbox('0.2'),
  ]);
  const begun = await head.decide(roots);
  const inSignalbox = await lower.decide(begun.map(w3c));
  const following = await follower.decide(begun.map(w3c));
  expectNested([
    { rate: 0.2, kept: keptOf(inSignalbox) },
    { rate: 0.5, kept: keptOf(begun) },
  ]);
  // The thresholds that are sent on tell how many traces there were, those that the head dropped included.
  const thresholds = inSignalbox
    .filter(({ kept }) => kept)
    .map(({ headers }) => /th:(\w+)/.exec(headers.tracestate ?? ''));
  const weight = thresholds.reduce((sum, match) => sum + adjustedCount(match?.[1] ?? ''), 0);
  expect(Math.abs(weight - TRACES)).toBeLessThan(5 * Math.sqrt(TRACES * (1 / 0.2 - 1)));
  // A parent that is respected decides for both.
  expect(keptOf(following)).toEqual(keptOf(begun));
}, 120_000);
