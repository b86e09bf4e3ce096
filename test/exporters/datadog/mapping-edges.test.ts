/** Rules of the Agent that the shared cases do not ask about, from its source: what it reads in odd spans. */
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { TraceEncoder } from '../../../exporters/datadog/encode/trace-encoder.ts';
import { type DatadogSpan, decodeTraces } from '../../support/datadog-agent.ts';
import { type SpanSketch, span } from '../../support/spans.ts';

function sent(attributes: Attributes, sketch: SpanSketch = {}): DatadogSpan {
  const encoder = new TraceEncoder({ facts: { runtimeId: 'test', pid: 1 }, now: Date.now });
  const { payloads } = encoder.encode([span({ ...sketch, attributes })]);
  return decodeTraces(payloads[0]?.bytes as Buffer)[0]?.[0] as DatadogSpan;
}

const failed = { status: { code: SpanStatusCode.ERROR } };
const client = { kind: SpanKind.CLIENT };

describe('texts that become tag values', () => {
  const environment = (value: string) => sent({ 'deployment.environment.name': value }).meta.env;

  test.each([
    ['a digit or a dash in front stays', '1-Prod', '1-prod'],
    ['runs of what is not allowed become one underscore', 'a !@#$ b', 'a_b'],
    ['only one at the end goes', '_a__', '_a'],
    ['letters of all languages stay, in lower case', 'Ünïcödé-ЖЯ', 'ünïcödé-жя'],
    ['digits that are no decimals do not', 'a²½b', 'a_b'],
    ['a letter whose small form is not as wide stays', 'a\u0130\u212a', 'a\u0130\u212a'],
    ['characters are counted, not bytes', 'ü'.repeat(150), 'ü'.repeat(150)],
    ['at most 200 of them', 'ü'.repeat(250), 'ü'.repeat(200)],
    ['of no more than 400 bytes', `a${'€'.repeat(300)}`, 'a'],
    ['counted before they are joined', `${'a'.repeat(198)}   b`, 'a'.repeat(198)],
  ])('%s', (_what, value, expected) => {
    expect(environment(value)).toBe(expected);
  });
});

test.each([
  ['Payments API', 'payments_api'],
  ['x'.repeat(150), 'x'.repeat(100)],
  ['🐶', undefined],
])('peer.service %s', (value, expected) => {
  const { meta, service } = sent({ 'peer.service': value, 'service.name': 'shop' }, client);
  expect([meta['peer.service'], service]).toEqual([expected, 'shop']);
});

test.each<[what: string, own: Attributes, resource: Attributes, expected: string]>([
  ['an empty service of the span', { 'service.name': '' }, { 'service.name': 'shop' }, 'shop'],
  ['no service at all', {}, {}, 'otlpresourcenoservicename'],
  ['nothing that is allowed', { 'service.name': '!!!' }, {}, 'unnamed-service'],
])('the service: %s', (_what, own, resource, expected) => {
  expect(sent(own, { resource: resource as never }).service).toBe(expected);
});

test('an operation name is cut first, and then begins at its first letter', () => {
  expect(sent({ 'operation.name': `${'1'.repeat(60)}${'a'.repeat(60)}` }).name).toBe('a'.repeat(40));
});

test('the newer name of the database decides about operation and type alike', () => {
  const both = { 'db.system.name': 'redis', 'db.system': 'mysql' };
  expect(sent(both, client)).toMatchObject({ name: 'redis.query', type: 'redis' });
});

describe('the status of HTTP', () => {
  test.each<[what: string, attributes: Attributes, number: number | undefined, text: string | undefined]>([
    ['a number', { 'http.response.status_code': 404 }, 404, '404'],
    ['text', { 'http.status_code': '404' }, 404, '404'],
    ['zero is a number, and no status', { 'http.response.status_code': 0 }, 0, undefined],
    [
      'what is no number is passed over',
      { 'http.status_code': 'x', 'http.response.status_code': 204 },
      204,
      '204',
    ],
    ['a boolean is none', { 'http.status_code': true }, undefined, undefined],
    ['a negative one is none', { 'http.status_code': -1 }, undefined, undefined],
  ])('%s', (_what, attributes, number, text) => {
    const { metrics, meta } = sent(attributes);
    expect([metrics['http.status_code'], meta['http.status_code']]).toEqual([number, text]);
  });

  test.each([
    [413, '413 Request Entity Too Large'],
    [414, '414 Request URI Too Long'],
    [416, '416 Requested Range Not Satisfiable'],
    [418, "418 I'm a teapot"],
    [429, '429 Too Many Requests'],
    [509, '509'],
    [599, '599'],
  ])('%d as the message of an error, in the words of the Agent', (code, message) => {
    expect(sent({ 'http.response.status_code': code }, failed).meta['error.msg']).toBe(message);
  });
});

test.each<[attributes: Attributes, text: string | undefined]>([
  [{ 'rpc.grpc.status_code': 5 }, '5'],
  [{ 'rpc.grpc.status_code': '5' }, '5'],
  [{ 'grpc.code': 'NotFound' }, 'NotFound'],
  [{ 'grpc.status.code': 7, 'rpc.grpc.status.code': 8 }, '8'],
  [{ 'rpc.system.name': 'grpc', 'rpc.response.status_code': 'OK' }, 'OK'],
  [{ 'rpc.system': 'grpc', 'rpc.response.status_code': 'OK' }, 'OK'],
  [{ 'rpc.system': 'grpc', 'rpc.system.name': 'connect', 'rpc.response.status_code': 'OK' }, undefined],
  [{ 'rpc.response.status_code': 'OK' }, undefined],
])('the status of gRPC out of %j', (attributes, text) => {
  const { meta, metrics } = sent({ 'rpc.method': 'Get', ...attributes }, client);
  expect(meta['rpc.grpc.status_code']).toBe(text);
  const own = attributes['rpc.grpc.status_code'];
  expect(metrics['rpc.grpc.status_code']).toBe(typeof own === 'number' ? own : undefined);
});
