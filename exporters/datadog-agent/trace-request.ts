import { VERSION } from '../../src/core/index.ts';
import type { AgentRequest } from './agent-connection.ts';

/** What is true of every request. Source: Datadog Agent, `internal/header/headers.go`. */
export const TRACE_HEADERS = {
  'Content-Type': 'application/msgpack',
  'Datadog-Meta-Lang': 'nodejs',
  'Datadog-Meta-Lang-Version': process.version,
  'Datadog-Meta-Lang-Interpreter': 'v8',
  'Datadog-Meta-Tracer-Version': `${VERSION}-signalbox`,
  'Datadog-Client-Computed-Top-Level': 'yes',
  // Without it the Agent answers 200 to what it throws away.
  'Datadog-Send-Real-Http-Status': 'yes',
};

/** The request that brings a body of traces. */
export function traceRequest(body: Uint8Array): AgentRequest {
  const headers = { 'X-Datadog-Trace-Count': String(countTraces(body)) };
  return { method: 'PUT', path: '/v0.4/traces', headers, body };
}

/** The length of the array that a body is. Source: MessagePack, `fixarray`, `array 16`, `array 32`. */
function countTraces(body: Uint8Array): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const format = body[0] ?? 0;
  if (format === 0xdd) return view.getUint32(1);
  return format === 0xdc ? view.getUint16(1) : format & 0x0f;
}
