import protobuf from 'protobufjs';

/** The parts of opentelemetry-proto that these tests look at; field numbers from its .proto files. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string string_value = 1; }
  message Traces { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span { bytes trace_id = 1; string name = 5; }
  message Logs { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { repeated ScopeLogs scope_logs = 2; }
  message ScopeLogs { repeated Log log_records = 2; }
  message Log { Any body = 5; }
  message Metrics { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
  message ScopeMetrics { repeated Metric metrics = 2; }
  message Metric { string name = 1; }
`);

const NAMES = { traces: 'Traces', metrics: 'Metrics', logs: 'Logs' } as const;

/** What a request carries: span names, metric names or log bodies. Same for protobuf and JSON. */
export function namesIn(signal: keyof typeof NAMES, body: Buffer, contentType: string | undefined): string[] {
  const message = contentType === 'application/json' ? JSON.parse(body.toString()) : decode(signal, body);
  if (signal === 'traces') {
    return pick(message, 'resourceSpans', 'scopeSpans', 'spans').map(({ name }) => name as string);
  }
  if (signal === 'metrics') {
    return pick(message, 'resourceMetrics', 'scopeMetrics', 'metrics').map(({ name }) => name as string);
  }
  return pick(message, 'resourceLogs', 'scopeLogs', 'logRecords').map(
    ({ body }) => (body as { stringValue: string }).stringValue,
  );
}

function decode(signal: keyof typeof NAMES, body: Buffer): Node {
  const type = root.lookupType(NAMES[signal]);
  return type.toObject(type.decode(body)) as Node;
}

interface Node {
  [key: string]: unknown;
}

function pick(node: Node, ...path: string[]): Node[] {
  return path.reduce<Node[]>((nodes, key) => nodes.flatMap((each) => (each[key] ?? []) as Node[]), [node]);
}
