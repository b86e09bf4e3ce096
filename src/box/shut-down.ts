import type { Delivery } from '../../exporters/index.ts';
import { errorMessage, type Host, type Timer } from '../core/index.ts';
import type { Providers } from './providers.ts';

/**
 * Shuts the providers down, and takes no longer than `timeout` ms: then what is left is given up, and
 * connections are closed under the requests that are still open. Never rejects.
 */
export async function shutDown(
  providers: Providers,
  deliveries: readonly Delivery[],
  timeout: number,
  host: Host,
): Promise<void> {
  let timer: Timer | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = host.after(timeout, () => {
      if (!abandonAll(deliveries)) {
        host.log.warn(`shutdown is not done after ${timeout} ms; what is left may be lost`);
      }
      resolve();
    });
  });
  // A destination that fails has been reported; an application that ends cannot do more about it.
  const work = providers.shutdown().catch((error) => host.log.debug(`shutdown: ${errorMessage(error)}`));
  await Promise.race([work, deadline]);
  timer?.cancel();
}

/** True if something was left, which has been said. Whatever holds up those in front does not count. */
function abandonAll(deliveries: readonly Delivery[]): boolean {
  let left = 0;
  for (const delivery of deliveries) {
    left += delivery.abandon();
    void delivery.shutdown();
  }
  return left > 0;
}
