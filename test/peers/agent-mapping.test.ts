/**
 * Spans at random, mapped by the Datadog Agent's own code and by us. Left out is where we differ knowingly:
 * `llm` for GenAI, which this release of the Agent does not have yet; what an exception says, which becomes
 * the error here; texts that are empty or no HTTP status; and numbers that span and resource both have.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  type Attributes,
  type AttributeValue,
  type HrTime,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { TimedEvent } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { TraceEncoder } from '../../exporters/datadog/encode/trace-encoder.ts';
import { type DatadogSpan, decodeTraces } from '../support/datadog-agent.ts';
import { END, SPAN_ID, type SpanSketch, START, span, TRACE_ID } from '../support/spans.ts';
import { describeWith, folderOf, MAPPING_BINARY } from './support/index.ts';

const text = fc.constantFrom(
  'GET',
  '/a/:b',
  'orders',
  'Acme Corp',
  'x',
  'ümlaut é',
  'true',
  '500',
  'a_b.c',
  '9lives',
  '🐶dog',
);
const NAMES: Readonly<Record<string, fc.Arbitrary<AttributeValue>>> = {
  'http.request.method': fc.constantFrom('GET', 'POST', '_OTHER'),
  'http.method': fc.constantFrom('PUT', 'DELETE'),
  'http.route': text,
  'url.template': text,
  'url.full': text,
  'http.response.status_code': fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom('404', '500')),
  'http.status_code': fc.constantFrom(200, 404, 413, 414, 416, 418, 503, '404'),
  'http.response.body.size': fc.nat(),
  'http.request.body.size': fc.nat(),
  'http.request.header.x-id': text,
  'http.request.header.referrer': text,
  'client.address': text,
  'server.address': text,
  'network.protocol.version': text,
  'network.protocol.name': text,
  'user_agent.original': text,
  'db.system': fc.constantFrom('mysql', 'PostgreSQL', 'redis', 'mongodb', 'weird db', 'mssql'),
  'db.system.name': fc.constantFrom('mysql', 'postgresql', 'couchdb', 'elasticsearch', 'opensearch'),
  'db.statement': text,
  'db.query.text': text,
  'db.namespace': text,
  'db.name': text,
  'messaging.system': fc.constantFrom('kafka', 'AWS SQS', 'rabbitmq'),
  'messaging.operation': fc.constantFrom('publish', 'receive'),
  'messaging.destination': text,
  'messaging.destination.name': text,
  'rpc.system': fc.constantFrom('grpc', 'aws-api', 'GRPC', 'dubbo'),
  'rpc.system.name': fc.constantFrom('grpc', 'connect'),
  'rpc.service': text,
  'rpc.method': text,
  'rpc.grpc.status_code': fc.oneof(fc.nat(16), text),
  'grpc.code': text,
  'rpc.response.status_code': text,
  'faas.invoked_provider': fc.constantFrom('aws', 'Alibaba Cloud'),
  'faas.invoked_name': text,
  'faas.trigger': fc.constantFrom('http', 'PubSub'),
  'graphql.operation.type': fc.constantFrom('query', 'mutation'),
  'graphql.operation.name': text,
  'service.name': text,
  'operation.name': text,
  'resource.name': text,
  'span.type': text,
  'service.version': text,
  'deployment.environment': text,
  'deployment.environment.name': text,
  env: fc.constantFrom('prod', 'dev'),
  version: fc.constantFrom('1.2.3', '9lives'),
  'error.msg': text,
  'error.type': text,
  'error.stack': text,
  'peer.service': fc.constantFrom('payments', 'stock-eu'),
  'analytics.event': fc.constantFrom('true', 'f', true, false),
  'sampling.priority': fc.constantFrom(1, 2, -1),
  own: fc.oneof(
    text,
    fc.boolean(),
    fc.integer(),
    fc.constantFrom(0.5, -3.25),
    fc.array(text, { maxLength: 3 }),
  ),
};

const KINDS = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];
/** One of several names for the same, of which the first to come would win. */
const ALTERNATIVES: readonly (readonly string[])[] = [['http.request.method', 'http.method']];

const attributesOf = (names: readonly string[]): fc.Arbitrary<Attributes> =>
  fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: 9 })
    .map((keys) =>
      keys.filter(
        (key) => !ALTERNATIVES.some(([first, second]) => key === second && keys.includes(first ?? '')),
      ),
    )
    .chain((keys) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, NAMES[key] as fc.Arbitrary<AttributeValue>]))),
    );

/** What a resource says in text. */
const OF_RESOURCES = Object.keys(NAMES).filter(
  (name) => !/size|^own|^error|analytics|sampling|grpc|http\.(method|request\.method|.*status)/.test(name),
);

const event: fc.Arbitrary<TimedEvent> = fc.record({
  time: fc.constant(START),
  name: fc.constantFrom('retry', 'exception', 'a "quoted" one'),
  attributes: attributesOf(['own', 'http.route', 'error.type']),
});

const sketch: fc.Arbitrary<SpanSketch> = fc
  .record({
    name: fc.constantFrom('work', 'GET /x', 'chat gpt-4o'),
    kind: fc.constantFrom(...KINDS),
    attributes: attributesOf(Object.keys(NAMES)),
    resource: attributesOf(OF_RESOURCES),
    events: fc.array(event, { maxLength: 2 }),
    status: fc.record({
      code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
      message: fc.constantFrom('', 'it failed'),
    }),
  })
  .filter(({ attributes: { 'http.status_code': old, 'http.response.status_code': code } = {}, status }) => {
    // For want of a message we take a status that is a number, too.
    const isNamed =
      status?.message !== '' || (typeof (old ?? '') === 'string' && typeof (code ?? '') === 'string');
    return status?.code !== SpanStatusCode.ERROR || isNamed;
  });

/** A span in the form in which the Agent receives OTLP. */
function otlp({
  name,
  kind = SpanKind.INTERNAL,
  attributes = {},
  resource = {},
  status,
  events = [],
}: SpanSketch): string {
  const nanoseconds = ([seconds, nanos]: HrTime) => `${seconds}${String(nanos).padStart(9, '0')}`;
  const sent = {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    name,
    kind: kind + 1,
    startTimeUnixNano: nanoseconds(START),
    endTimeUnixNano: nanoseconds(END),
    attributes: pairs(attributes),
    status,
    events: events.map((one) => ({
      name: one.name,
      timeUnixNano: nanoseconds(one.time),
      attributes: pairs(one.attributes ?? {}),
    })),
  };
  const scopeSpans = [{ scope: { name: 'test' }, spans: [sent] }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: pairs(resource) }, scopeSpans }] });
}

const pairs = (all: object) => Object.entries(all).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: unknown): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

type Mapped = Pick<DatadogSpan, 'service' | 'name' | 'resource' | 'type' | 'error' | 'meta' | 'metrics'>;

function byAgent(all: readonly SpanSketch[]): Mapped[] {
  const output = execFileSync(join(folderOf('agentMapping'), MAPPING_BINARY), {
    input: all.map(otlp).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Mapped);
}

const encoder = new TraceEncoder({ facts: { runtimeId: 'test', pid: 1 }, now: Date.now });

function byUs(sketch: SpanSketch): Mapped {
  const { payloads } = encoder.encode([span(sketch)]);
  return decodeTraces(payloads[0]?.bytes as Buffer)[0]?.[0] as DatadogSpan;
}

/** What a tracer adds to what the Agent makes of OTLP, and what the Agent adds itself. */
const OURS =
  /^(language|runtime-id|process_id|_dd\.p\.|_dd\.top_level|_top_level|_sampling_priority_v1|error\.message|http\.status_code|server\.address)/;

/** The parts that must agree. The kind as a name is in lower case here, as in the tracers' rules. */
function comparable({ service, name, resource, type, error, meta, metrics }: Mapped) {
  const { events, ...tags } = without(meta);
  return {
    service,
    name: /^[A-Z][a-z]+$/.test(name) ? name.toLowerCase() : name,
    resource,
    type,
    error,
    meta: tags,
    events: events === undefined ? undefined : JSON.parse(events),
    status: metrics?.['http.status_code'],
    metrics: without(metrics),
  };
}

function without<T>(tags: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !OURS.test(key)));
}

describeWith('agentMapping', 'the Datadog Agent and Signalbox', () => {
  test('make the same of 5,000 spans', () => {
    const sketches = fc.sample(sketch, { numRuns: 5000, seed: 20_261_130 });
    const theirs = byAgent(sketches);
    expect(theirs).toHaveLength(sketches.length);
    sketches.forEach((one, index) => {
      const message = JSON.stringify(one);
      expect([message, comparable(byUs(one))]).toEqual([message, comparable(theirs[index] as Mapped)]);
    });
  });
});
