import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { keepsTrace } from '../../../samplers/agent-rates.ts';
import { DatadogAgent, type DatadogSpan, type TraceRequest } from '../../support/datadog-agent.ts';

/** dd-trace and our exporter, each in a process of its own, send to the same Agent. */
const APPS = join(import.meta.dirname, 'apps');

let agent: DatadogAgent;
const children: ChildProcess[] = [];

async function start(file: string, flags: readonly string[]): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(join(APPS, file), [agent.url], {
    execArgv: [...flags],
    env: { PATH, HOME },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  return child;
}

/** Has a process make traces; returns the requests that they came in. */
async function traces(child: ChildProcess, count: number): Promise<TraceRequest[]> {
  const before = agent.requests.length;
  const received = () => agent.requests.slice(before);
  const chunks = () => received().reduce((sum, request) => sum + request.traces.length, 0);
  child.send(count);
  await agent.until(() => chunks() === count);
  return received();
}

let ddTrace: ChildProcess;
let signalbox: ChildProcess;

beforeAll(async () => {
  agent = await DatadogAgent.start();
  agent.rates = {};
  [ddTrace, signalbox] = await Promise.all([
    start('dd-trace-app.cjs', ['--no-warnings']),
    start('otel-app.ts', ['--experimental-transform-types', '--no-warnings']),
  ]);
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill();
  await agent.stop();
});

function rootAndChild(request: TraceRequest | undefined): [DatadogSpan, DatadogSpan] {
  const [chunk] = request?.traces ?? [];
  if (chunk?.length !== 2) throw new Error('a chunk of two spans was expected');
  return chunk as [DatadogSpan, DatadogSpan];
}

test('headers, ids and tags say the same', async () => {
  const theirs = (await traces(ddTrace, 1))[0];
  const ours = (await traces(signalbox, 1))[0];

  const identity = ({ headers, method }: TraceRequest) => ({
    method,
    type: headers['content-type'],
    lang: headers['datadog-meta-lang'],
    version: headers['datadog-meta-lang-version'],
    interpreter: headers['datadog-meta-lang-interpreter'],
    count: headers['x-datadog-trace-count'],
    // An inode differs: dd-trace looks at the first hierarchy, we at the one that the Agent knows.
    entity: headers['datadog-entity-id']?.replace(/^in-\d+$/, 'in-<inode>'),
    container: headers['datadog-container-id'],
  });
  expect(identity(ours as TraceRequest)).toEqual(identity(theirs as TraceRequest));

  for (const request of [theirs, ours]) {
    const [root, child] = rootAndChild(request);
    expect([root.resource, child.resource]).toEqual(['root', 'child']);
    expect(root.parent_id).toBe(0n);
    expect(child.parent_id).toBe(root.span_id);
    expect(child.trace_id).toBe(root.trace_id);
    expect(root.meta['_dd.p.tid']).toMatch(/^[0-9a-f]{16}$/);
    expect(root.meta['_dd.p.dm']).toBe('-0');
    expect(child.meta['_dd.p.dm']).toBeUndefined();
    expect(root.meta['runtime-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(root.meta).toMatchObject({ language: 'javascript', env: 'test', version: '1.0', text: 'value' });
    expect([root.service, child.service]).toEqual(['conformance', 'conformance']);
    expect(root.metrics).toMatchObject({
      _sampling_priority_v1: 1,
      '_dd.top_level': 1,
      whole: 7,
      '_dd.agent_psr': 1,
    });
    expect(root.metrics.process_id).toBeGreaterThan(0);
    expect(child.metrics['_dd.measured']).toBe(1);
    expect(child.metrics['_dd.top_level']).toBeUndefined();
    const now = BigInt(Date.now()) * 1_000_000n;
    expect(now - root.start).toBeLessThan(60_000_000_000n);
    expect(root.duration).toBeGreaterThanOrEqual(child.duration);
  }
});

test('both react to the rates of the Agent, and decide alike', async () => {
  agent.rates = { rate_by_service: { 'service:conformance,env:test': 0.5, 'service:,env:': 1 } };
  for (const child of [ddTrace, signalbox]) {
    // The answer to this one brings the rates.
    await traces(child, 1);
    await new Promise((resolve) => setImmediate(resolve));
    let decided: DatadogSpan[] = [];
    for (let attempt = 0; attempt < 20; attempt++) {
      decided = (await traces(child, 40)).flatMap((request) =>
        request.traces.map((chunk) => chunk[0] as DatadogSpan),
      );
      if (decided.every(({ metrics }) => metrics['_dd.agent_psr'] === 0.5)) break;
    }
    const kept = decided.filter(({ metrics }) => metrics._sampling_priority_v1 === 1);
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(37);
    for (const { trace_id, metrics, meta } of decided) {
      const keeps = keepsTrace(trace_id.toString(16).padStart(16, '0'), 0.5);
      expect(metrics._sampling_priority_v1).toBe(keeps ? 1 : 0);
      expect(metrics['_dd.agent_psr']).toBe(0.5);
      if (keeps) expect(meta['_dd.p.dm']).toBe('-1');
    }
  }
});
