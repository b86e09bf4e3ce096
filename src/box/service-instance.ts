import { closeSync, openSync, readSync } from 'node:fs';
import type { ResourceDetector } from '@opentelemetry/resources';

/** The system's random numbers, where it has them as a file. */
const DEVICE = '/dev/urandom';

/**
 * `service.instance.id` as the SDK's detector of this name makes it: a random UUID for each process.
 * Its random numbers are read from the system and not through `node:crypto`, which takes as long to
 * load as all detectors together, and is else needed with the first span.
 */
export const serviceInstanceDetector: ResourceDetector = {
  detect: () => {
    processId ??= uuid();
    return { attributes: { 'service.instance.id': processId } };
  },
};

let processId: string | undefined;

function uuid(): string {
  const bytes = randomBytes();
  if (bytes === undefined) return process.getBuiltinModule('node:crypto').randomUUID();
  // Version 4, variant 1. Source: RFC 9562, section 5.4.
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Undefined on systems without the device, and where it may not be read. */
function randomBytes(): Buffer | undefined {
  const bytes = Buffer.alloc(16);
  try {
    const file = openSync(DEVICE, 'r');
    try {
      if (readSync(file, bytes) === bytes.length) return bytes;
    } finally {
      closeSync(file);
    }
  } catch {
    // Asked in another way then.
  }
  return undefined;
}
