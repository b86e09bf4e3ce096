import { Writable } from 'node:stream';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { consoleExporter } from '../../../exporters/console/index.ts';
import {
  ConsoleLogRecordExporter,
  ConsoleMetricExporter,
  ConsoleSpanExporter,
} from '../../../exporters/index.ts';
import { settingsOf } from '../support/settings.ts';
import { exportOnce, someLogs, someMetrics, someSpans } from '../support/telemetry.ts';

/** A stream that keeps what is written. */
function memory() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

test('spans', async () => {
  const { stream, text } = memory();
  expect(await exportOnce(new ConsoleSpanExporter({ stream }), someSpans())).toEqual({ code: 0 });
  expect(text()).toMatchInlineSnapshot(`
"12:31:05.042 span shop GET /cart server 12.3ms ok trace=4bf92f35 span=00f067aa http.route=/cart http.response.status_code=200 user.id=17 (1 event)
12:31:05.042 span shop charge client 1.23s error "card declined" trace=4bf92f35 span=00f067aa
"
`);
});

test('logs', async () => {
  const { stream, text } = memory();
  await exportOnce(new ConsoleLogRecordExporter({ stream }), someLogs());
  expect(text()).toMatchInlineSnapshot(`
"12:31:05.042 log shop WARN cart is empty user=17
"
`);
});

test('metrics', async () => {
  const { stream, text } = memory();
  await exportOnce(new ConsoleMetricExporter({ stream }), await someMetrics());
  expect(text().replace(/^[\d:.]+/gm, 'TIME')).toMatchInlineSnapshot(`
"TIME metric shop http.requests sum 7 {request} method=GET
TIME metric shop http.duration histogram count=2 avg=1 min=0.5 max=1.5 s
TIME metric shop queue.length gauge 12.3457
"
`);
});

test('colours only if asked for', async () => {
  const { stream, text } = memory();
  await exportOnce(new ConsoleSpanExporter({ stream, colour: true }), someSpans());
  expect(text()).toContain('\u001b[36mspan\u001b[39m');
});

test('NO_COLOR switches colours off', () => {
  expect(settingsOf(consoleExporter, { NO_COLOR: '1' }).settings).toEqual({ noColour: true });
  expect(settingsOf(consoleExporter, { NO_COLOR: '' }).settings).toEqual({ noColour: false });
});

test('a line is bounded, and nothing in it can drive the terminal', async () => {
  const { stream, text } = memory();
  const [span] = someSpans();
  const attributes = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`key${index}`, 'x'.repeat(1e4)]),
  );
  const hostile: ReadableSpan = Object.create(span ?? null, {
    name: { value: `evil\u001b[2J\n${'n'.repeat(1e5)}` },
    attributes: { value: attributes },
  });
  await exportOnce(new ConsoleSpanExporter({ stream }), [hostile]);
  expect(text().length).toBeLessThan(500);
  expect(text()).not.toContain('\u001b');
  expect(text().trimEnd()).not.toContain('\n');
  expect(text()).toMatch(/\+97 more/);
});

test('a broken stream fails the export, and no more', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const exporter = new ConsoleSpanExporter({ stream });
  expect(await exportOnce(exporter, someSpans())).toMatchObject({ code: 1, error: { message: 'EPIPE' } });
  await exporter.shutdown();
});

test('many exports at once leave no listeners behind', async () => {
  const { stream } = memory();
  const exporter = new ConsoleSpanExporter({ stream });
  const before = stream.listenerCount('error');
  await Promise.all(Array.from({ length: 50 }, () => exportOnce(exporter, someSpans())));
  await new Promise(setImmediate);
  expect(stream.listenerCount('error')).toBe(before);
});
