import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { DetectedResourceAttributes, ResourceDetector } from '@opentelemetry/resources';
import type { Host } from '../core/index.ts';

/**
 * How long cloud detectors may ask metadata services, in milliseconds. In its cloud a service
 * answers within a few; elsewhere nobody does, and detectors wait up to 5 seconds, which would keep
 * the process alive and hold back the first export.
 */
const DEADLINE = 1_000;
const CHANNEL = 'net.client.socket';
const DETECTION = createContextKey('signalbox.cloud-detection');

/**
 * Runs detectors that ask over the network: their requests are not traced, and at the deadline
 * they are ended, so that what was not found by then stays unknown.
 */
export function withinDeadline(
  detectors: readonly ResourceDetector[],
  contextManager: ContextManager,
  host: Host,
): ResourceDetector[] {
  if (detectors.length === 0) return [];
  const sockets = new Set<Socket>();
  let isLate = false;
  const onSocket = (message: unknown): void => {
    if (contextManager.active().getValue(DETECTION) === undefined) return;
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Not yet: whoever opens it still has to add its listeners.
    if (isLate) setImmediate(end, socket);
  };
  subscribe(CHANNEL, onSocket);
  const deadline = new Promise<undefined>((resolve) => {
    host.after(DEADLINE, () => {
      isLate = true;
      for (const socket of sockets) end(socket);
      resolve(undefined);
    });
  });
  const pending: Promise<unknown>[] = [];
  const context = suppressTracing(ROOT_CONTEXT).setValue(DETECTION, true);
  const limited = detectors.map((detector): ResourceDetector => {
    try {
      const { attributes = {}, ...rest } = contextManager.with(context, () => detector.detect());
      pending.push(...Object.values(attributes).filter(isPromise));
      return { detect: () => ({ ...rest, attributes: limit(attributes, deadline) }) };
    } catch (error) {
      // The SDK logs it, as it does for every detector.
      return {
        detect: () => {
          throw error;
        },
      };
    }
  });
  void Promise.allSettled(pending).then(() => unsubscribe(CHANNEL, onSocket));
  return limited;
}

/** With a code that detectors know as a sign of not being in their cloud. */
function end(socket: Socket): void {
  // An error that nobody listens for would be thrown into the application.
  socket.on('error', () => {});
  socket.destroy(Object.assign(new Error('no metadata service has answered'), { code: 'EHOSTUNREACH' }));
}

function limit(
  attributes: DetectedResourceAttributes,
  deadline: Promise<undefined>,
): DetectedResourceAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      isPromise(value) ? Promise.race([value, deadline]) : value,
    ]),
  ) as DetectedResourceAttributes;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function';
}
