import { join } from 'node:path';
import { runApp } from '../support/run-app.ts';

const TRACE = '640cfd8d00000000abcdefab12345678';
const HEADERS = {
  'x-datadog-trace-id': String(BigInt(`0x${TRACE.slice(16)}`)),
  'x-datadog-parent-id': '987654321',
  'x-datadog-sampling-priority': '2',
  'x-datadog-origin': 'rum',
  'x-datadog-tags': `_dd.p.tid=${TRACE.slice(0, 16)},_dd.p.dm=-4,_dd.p.usr.id=42`,
  traceparent: `00-${TRACE}-000000003ade68b1-01`,
  tracestate: 'dd=s:2;o:rum;t.dm:-4,congo=t61rcWkgMzE',
};

test('the record of a trace survives between the CommonJS and the ES module copy of the package', async () => {
  const env = {
    HEADERS: JSON.stringify(HEADERS),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    SIGNALBOX_SHUTDOWN_TIMEOUT: '0',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
  const app = join(import.meta.dirname, 'apps/two-copies.mjs');
  const { code, stdout, stderr } = await runApp({ app, env }).exit;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const { separate, ...ways } = JSON.parse(stdout);
  expect(separate).toBe(true);
  const expected = {
    'x-datadog-sampling-priority': '2',
    'x-datadog-origin': 'rum',
    'x-datadog-tags': HEADERS['x-datadog-tags'],
    traceparent: expect.stringContaining(TRACE),
    tracestate: expect.stringMatching(
      /^dd=s:2;o:rum;t\.dm:-4;t\.usr\.id:42;p:[0-9a-f]{16},congo=t61rcWkgMzE$/,
    ),
  };
  for (const [way, { byDistro, byCopy }] of Object.entries<Record<string, object>>(ways)) {
    expect([way, byDistro]).toEqual([way, expect.objectContaining(expected)]);
    expect([way, byCopy]).toEqual([way, expect.objectContaining(expected)]);
  }
});
