/** The same application under --require and --import, as .cjs and .mjs: http, express and fetch in one trace. */
import { outline } from '../support/outline.ts';
import { PROTOCOLS, type ReceivedSpan, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const LOADERS = ['require', 'import'] as const;
const FORMS = ['cjs', 'mjs'] as const;
const cases = LOADERS.flatMap((loader) =>
  FORMS.flatMap((form) => PROTOCOLS.map((protocol) => ({ loader, form, protocol }))),
);

const line = ({ kind, name, scope }: ReceivedSpan): string =>
  `${kind} ${name} (${scope.name.split('-').at(-1)})`;

test.each(cases)('--$loader, .$form, $protocol', async ({ loader, form, protocol }) => {
  await using receiver = await startOtlpReceiver(protocol);
  const app = `http-express.${form}`;
  const env = { ...receiver.env, OTEL_SERVICE_NAME: 'shop', OTEL_METRICS_EXPORTER: 'none' };
  const { code, stdout } = await runApp({ app, args: ['--once'], loader, env }).exit;

  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\nhttp, fetch\n$/) });
  expect(receiver.malformed).toEqual([]);
  expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(outline(receiver.spans, line)).toEqual([
    'CLIENT GET (http)',
    '  SERVER GET / (http)',
    '    INTERNAL request handler (express)',
    '      CLIENT GET (http)',
    '        SERVER GET /by-http (http)',
    '          INTERNAL request handler (express)',
    '      CLIENT GET (undici)',
    '        SERVER GET /by-fetch (http)',
    '          INTERNAL request handler (express)',
  ]);
  for (const { resource, request } of receiver.spans) {
    expect(request.protocol).toBe(protocol);
    expect(resource.attributes).toMatchObject({
      'service.name': 'shop',
      'telemetry.distro.name': 'signalbox',
    });
  }
});
