import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { detectResources, type ResourceDetector } from '@opentelemetry/resources';
import { withinDeadline } from '../../src/box/cloud-detection.ts';
import type { Host } from '../../src/core/index.ts';

const contextManager = new AsyncLocalStorageContextManager().enable();
let server: Server;
let url: string;
let deadline: () => void;
const host = {
  after: (_delay: number, task: () => void) => {
    deadline = task;
    return { cancel: () => {} };
  },
} as unknown as Host;

beforeAll(async () => {
  context.setGlobalContextManager(contextManager);
  // A metadata service that takes requests and never answers.
  server = createServer((request, response) => {
    if (request.url === '/answers') response.end('eu-north-1');
    else server.emit('asked');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  context.disable();
});

/** Asks as the real detectors do, and remembers how that ended. */
function detector(path: string, ended: unknown[] = []): ResourceDetector {
  const ask = async (): Promise<string> => {
    await Promise.resolve();
    ended.push(isTracingSuppressed(context.active()));
    return new Promise((resolve, reject) => {
      get(url + path, { agent: false }, (response) =>
        response.on('data', (data) => resolve(String(data))),
      ).on('error', reject);
    });
  };
  return {
    detect: () => {
      const region = ask().catch((error) => {
        ended.push(error.code);
        return undefined;
      });
      return { attributes: { 'cloud.region': region } };
    },
  };
}

describe('cloud detection', () => {
  test('finds what a metadata service answers, without being traced', async () => {
    const seen: unknown[] = [];
    const resource = detectResources({
      detectors: withinDeadline([detector('/answers', seen)], contextManager, host),
    });
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).toEqual({ 'cloud.region': 'eu-north-1' });
    expect(seen).toEqual([true]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test('ends requests that are not answered by the deadline, and no others', async () => {
    const ended: unknown[] = [];
    const asked = new Promise((resolve) => server.once('asked', resolve));
    const resource = detectResources({
      detectors: withinDeadline([detector('/silence', ended)], contextManager, host),
    });
    await asked;
    const others = new Promise((resolve) => server.once('asked', resolve));
    const other = get(`${url}/silence`, { agent: false }).on('error', () => {});
    await others;
    deadline();
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).toEqual({});
    while (ended.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual([true, 'EHOSTUNREACH']);
    expect(other.destroyed).toBe(false);
    other.destroy();
  });

  test('ends requests that begin after the deadline, without an uncaught error', async () => {
    const ended: unknown[] = [];
    const detectors = withinDeadline([detector('/silence', ended)], contextManager, host);
    deadline();
    const resource = detectResources({ detectors });
    await resource.waitForAsyncAttributes?.();
    while (ended.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual([true, 'EHOSTUNREACH']);
  });

  test('a detector that throws leaves the others alone', async () => {
    const throws: ResourceDetector = {
      detect: () => {
        throw new Error('no such cloud');
      },
    };
    const resource = detectResources({
      detectors: withinDeadline([throws, detector('/answers')], contextManager, host),
    });
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).toEqual({ 'cloud.region': 'eu-north-1' });
  });
});
