import type { Resource } from '@opentelemetry/resources';

/**
 * Waits until a resource knows all its attributes: detectors may still be asking around when the
 * first batch is ready. What they could not find out is left out.
 */
export async function settledResource(resource: Resource | undefined): Promise<void> {
  if (!resource?.asyncAttributesPending) return;
  try {
    await resource.waitForAsyncAttributes?.();
  } catch {
    // The resource has reported it.
  }
}
