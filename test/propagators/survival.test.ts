import path from 'node:path';
import { runApp } from '../support/run-app.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const env = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
};

test.each(['require', 'import'] as const)(
  'with --%s the context survives events, generators and timers',
  async (loader) => {
    await using app = runApp({ app: path.join(import.meta.dirname, 'apps/survival.cjs'), env, loader });
    const [, port] = await app.waitForLine(/port (\d+)/);
    const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: 'x'.repeat(100_000),
      headers,
    });
    const seen = (await response.json()) as Record<string, string>;
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining([
        'data',
        'end',
        'generator 1',
        'loop 1',
        'timers/promises',
        'setTimeout',
        'nextTick',
      ]),
    );
    for (const [where, traceId] of Object.entries(seen)) expect([where, traceId]).toEqual([where, TRACE]);
  },
);
