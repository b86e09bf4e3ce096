import { readFileSync } from 'node:fs';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { TraceEncoder } from '../../../exporters/datadog/encode/trace-encoder.ts';
import { type DatadogSpan, decodeTraces } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';

interface Case {
  readonly fn: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS | null;
  readonly spanName: string;
  readonly sattrs: Record<string, unknown>;
  readonly rattrs: Record<string, unknown>;
  readonly expected: unknown;
  readonly status?: { code: 'ERROR' };
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** What each kind of case looks at, in the span that the Agent would read. */
const READ: Record<string, (span: DatadogSpan, expected: unknown) => unknown> = {
  operationName: ({ name }) => name,
  resource: ({ resource }) => resource,
  type: ({ type }) => type,
  service: ({ service }) => service,
  env: ({ meta }) => meta.env ?? '',
  version: ({ meta }) => meta.version ?? '',
  httpStatusCode: ({ metrics }) => metrics['http.status_code'] ?? 0,
  errorMsg: ({ meta }) => meta['error.msg'],
  meta: ({ meta }, expected) =>
    Object.fromEntries(Object.keys(expected as object).map((key) => [key, meta[key]])),
};

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/datadog-mapping.json', `file://${__filename}`), 'utf8'),
) as { cases: Case[] };

describe('a span maps as the Datadog Agent maps it from OTLP', () => {
  const encoder = new TraceEncoder({ facts: { runtimeId: 'test', pid: 1 }, now: Date.now });

  test.each(vectors.cases.map((one) => [`${one.fn}: ${one.name}`, one] as const))('%s', (_name, one) => {
    const { payloads } = encoder.encode([
      span({
        name: one.spanName,
        kind: KINDS[one.kind ?? 'internal'],
        attributes: one.sattrs,
        resource: one.rattrs as never,
        ...(one.status ? { status: { code: SpanStatusCode.ERROR } } : {}),
      }),
    ]);
    const sent = decodeTraces(payloads[0]?.bytes as Buffer)[0]?.[0] as DatadogSpan;
    expect(READ[one.fn]?.(sent, one.expected)).toEqual(one.expected);
  });
});
