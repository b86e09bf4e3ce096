import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { destinationOf } from '../../../exporters/delivery/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { span } from '../../support/spans.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

const loop: Record<string, unknown> = {};
loop.loop = loop;
const unreadable = span({ attributes: { loop: loop as never } });

function tracesTo(endpoint: string) {
  const { settings } = settingsOf(otlpExporter, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  const exporter = otlpExporter.create(settings, testHost().host).traces?.();
  const destination = exporter && destinationOf<'traces'>(exporter);
  if (!destination) throw new Error('no destination');
  return destination;
}

describe('a span that cannot be encoded', () => {
  const destination = tracesTo('http://127.0.0.1:9');

  test('with others is a reason to halve the batch', () => {
    expect(destination.encode([span({}), unreadable])).toBeUndefined();
  });

  test('alone is refused', () => {
    expect(() => destination.encode([unreadable])).toThrow(RangeError);
  });

  test('does not harm the others', () => {
    expect(destination.encode([span({ name: 'fine' })])?.length).toBeGreaterThan(0);
  });
});

describe('the memory of a body', () => {
  test('is used again when the request has arrived, and not when it failed', async () => {
    let status = 503;
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const destination = tracesTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const send = async () => {
      const body = destination.encode([span({})]) as Uint8Array;
      const { kind } = await destination.send(body, 5_000);
      return { kind, memory: body.buffer };
    };
    const failed = await send();
    status = 200;
    const first = await send();
    const others = [await send(), await send()];
    expect([failed.kind, first.kind]).toEqual(['retry', 'delivered']);
    expect(others.map(({ memory }) => memory === failed.memory)).toEqual([false, false]);
    expect(others.some(({ memory }) => memory === first.memory)).toBe(true);
    await destination.shutdown();
    server.closeAllConnections();
    server.close();
  });
});
