/** A running Datadog APM test agent, which checks what it receives and hands it out as JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startPeer } from './peer-process.ts';
import { folderOf } from './peers.ts';

/** A span as the test agent decoded it. 64-bit ids and times are bigint. */
export interface AgentSpan {
  readonly service: string;
  readonly name: string;
  readonly resource: string;
  readonly type: string;
  readonly trace_id: bigint;
  readonly span_id: bigint;
  readonly parent_id: bigint;
  readonly start: bigint;
  readonly duration: bigint;
  readonly error: number;
  readonly meta: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly span_links?: readonly Readonly<Record<string, unknown>>[];
  readonly span_events?: readonly Readonly<Record<string, unknown>>[];
}

/** What one check found over all requests. */
export interface CheckResult {
  readonly Passed_Checks: number;
  readonly Failed_Checks: number;
  readonly Skipped_Checks: number;
}

export interface AgentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `await using` ends it at the end of the block. */
export interface TestAgent extends AsyncDisposable {
  readonly url: string;
  /** The same over a Unix domain socket: `unix:///…`. */
  readonly socketUrl: string;
  /** All traces received, as they came: one array per chunk. */
  traces(): Promise<AgentSpan[][]>;
  requests(): Promise<AgentRequest[]>;
  /** Result of each check. */
  checks(): Promise<Record<string, CheckResult>>;
  /** What the checks complain about; empty if nothing. */
  failures(): Promise<string>;
}

/** All checks for v0.4 payloads; `trace_stall` delays, and the two for services skip without a v1 schema. */
export const CHECKS = [
  'trace_count_header',
  'meta_tracer_version_header',
  'trace_content_length',
  'meta_events_is_valid_json',
  'trace_peer_service',
  'trace_dd_service',
];

const START = 'from ddapm_test_agent.agent import main; main()';

/** @param info added to what it answers on `/info` */
export async function startTestAgent(info: Readonly<Record<string, unknown>> = {}): Promise<TestAgent> {
  const cwd = await mkdtemp(join(tmpdir(), 'test-agent-'));
  const [port = 0, otlpHttp = 0, otlpGrpc = 0] = await freePorts(3);
  const url = `http://127.0.0.1:${port}`;
  const python = join(folderOf('testAgent'), 'bin', 'python');
  const ports = ['--port', port, '--otlp-http-port', otlpHttp, '--otlp-grpc-port', otlpGrpc].map(String);
  const env = { ENABLED_CHECKS: CHECKS.join(','), DD_AGENT_EXTRA_INFO: JSON.stringify(info) };
  const socket = join(cwd, 'apm.socket');
  const args = ['-c', START, ...ports, '--trace-uds-socket', socket, '--pool-trace-check-failures', 'true'];
  const peer = await startPeer(python, args, `${url}/info`, { cwd, env }).catch(async (error: unknown) => {
    await rm(cwd, { recursive: true, force: true });
    throw error;
  });
  const get = async (path: string): Promise<string> => {
    const response = await fetch(url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.text();
  };
  return {
    url,
    socketUrl: `unix://${socket}`,
    traces: async () => parseExact(await get('/test/session/traces')) as AgentSpan[][],
    requests: async () => JSON.parse(await get('/test/session/requests')) as AgentRequest[],
    checks: async () => JSON.parse(await get('/test/trace_check/summary')) as Record<string, CheckResult>,
    failures: async () => {
      const response = await fetch(`${url}/test/trace_check/failures`);
      const text = await response.text();
      return response.ok ? '' : text;
    },
    async [Symbol.asyncDispose]() {
      await peer.stop();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

const WIDE_FIELDS = new Set([
  'trace_id',
  'span_id',
  'parent_id',
  'start',
  'duration',
  'trace_id_high',
  'time_unix_nano',
]);

/** JSON whose 64-bit fields become bigint, digit by digit, where `JSON.parse` alone would round them. */
export function parseExact(text: string): unknown {
  const revive = (key: string, value: unknown, context?: { source?: string }): unknown =>
    WIDE_FIELDS.has(key) && context?.source !== undefined && typeof value === 'number'
      ? BigInt(context.source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}
