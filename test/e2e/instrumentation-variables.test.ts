/** OTEL_NODE_ENABLED_INSTRUMENTATIONS and OTEL_NODE_DISABLED_INSTRUMENTATIONS, as a running application follows them. */
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

test.each([
  ['neither', {}, ['express', 'http', 'undici']],
  ['disabled: express', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express' }, ['http', 'undici']],
  ['disabled: express, undici', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express, undici' }, ['http']],
  ['enabled: http', { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http' }, ['http']],
  [
    'enabled: http,undici, disabled: undici',
    { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'undici' },
    ['http'],
  ],
])('%s', async (_, variables, expected) => {
  const env = { ...receiver.env, OTEL_SERVICE_NAME: 'shop', OTEL_METRICS_EXPORTER: 'none', ...variables };
  const { code } = await runApp({ app: 'http-express.mjs', args: ['--once'], env }).exit;
  expect(code).toBe(0);
  const names = receiver.spans.map(({ scope }) => scope.name.replace('@opentelemetry/instrumentation-', ''));
  expect([...new Set(names)].sort()).toEqual(expected);
});
