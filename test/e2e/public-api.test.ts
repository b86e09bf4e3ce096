import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const app = (name: string): string => join(import.meta.dirname, 'apps', name);

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/json');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

test('start() with options in code; forceFlush() delivers; shutdown() delivers the rest and may come twice', async () => {
  const running = runApp({ app: app('code.cjs'), loader: 'none', env: receiver.env });
  await running.waitForLine(/^flushed \["flushed"\] true 0$/);
  expect(receiver.spans.map(({ name }) => name)).toContain('flushed');
  expect(receiver.metrics.map(({ name }) => name)).toContain('things');
  const exit = await running.exit;
  expect(exit.code).toBe(0);
  expect(exit.stdout).toContain('stats otlp traces 2 2');
  expect(exit.stdout).toContain('again true');
  expect(exit.stderr).toMatch(/start\(\) is called while it runs.*\[SDK001\]/);
  expect(receiver.spans.map(({ name }) => name)).toEqual(['flushed', 'shut down']);
  expect(receiver.spans[0]?.resource.attributes['service.name']).toBe('from code');
});

test('nodeSdkConfiguration() is what a NodeSDK of the application can be started with', async () => {
  const exit = await runApp({ app: app('node-sdk.cjs'), loader: 'none', env: receiver.env }).exit;
  expect(exit).toMatchObject({ code: 0, stdout: 'ready\n' });
  expect(receiver.spans).toMatchObject([{ name: 'span' }]);
  expect(receiver.logs).toMatchObject([{ body: 'log' }]);
  expect(receiver.spans[0]?.resource.attributes).toMatchObject({
    'service.name': 'by NodeSDK',
    'telemetry.distro.name': 'signalbox',
  });
});

describe('start() and shutdown(), again and again', () => {
  test('leave no listener, handle, patch, global or rejection behind', async () => {
    const exit = await runApp({ app: app('restart.cjs'), loader: 'none', env: receiver.env }).exit;
    expect(exit.code).toBe(0);
    expect(JSON.parse(exit.stdout)).toEqual({ listeners: 0, rejections: [], headers: {}, box: false });
    expect(exit.stderr.split('\n').filter((line) => /WARN|ERROR/.test(line))).toEqual([]);
    const spans = receiver.spans.map(
      ({ kind, resource }) => `${resource.attributes['service.name']} ${kind}`,
    );
    const services = ['first', 'second', 'third'];
    expect(spans.sort()).toEqual(services.flatMap((name) => [`${name} CLIENT`, `${name} SERVER`]));
  });

  test('with a backend that never answers, shutdown() ends at the deadline', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const exit = await runApp({
      app: app('restart.cjs'),
      loader: 'none',
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        SIGNALBOX_SHUTDOWN_TIMEOUT: '200',
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      },
    }).exit;
    silent.closeAllConnections();
    silent.close();
    expect(exit.code).toBe(0);
    expect(JSON.parse(exit.stdout)).toMatchObject({ listeners: 0, rejections: [] });
    expect(exit.stderr).toMatch(/shut down with \d+ spans undelivered; they are lost/);
  });

  test('with a backend that refuses, shutdown() does not reject', async () => {
    const refusing = createServer((_request, response) => response.writeHead(401).end()).listen(
      0,
      '127.0.0.1',
    );
    await once(refusing, 'listening');
    const { port } = refusing.address() as AddressInfo;
    const exit = await runApp({
      app: app('restart.cjs'),
      loader: 'none',
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    }).exit;
    refusing.closeAllConnections();
    refusing.close();
    expect(exit.code).toBe(0);
    expect(JSON.parse(exit.stdout)).toMatchObject({ rejections: [], box: false });
    expect(exit.stderr).toMatch(/401 Unauthorized/);
  });
});
