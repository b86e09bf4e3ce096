import { type DeliverySetup, type DestinationHealth, FallbackRoute } from '../../exporters/index.ts';
import type { Config } from '../config/index.ts';
import type { ExporterInstance, Host, Signal } from '../core/index.ts';
import { attempt } from './create-component.ts';

/** An exporter that was created, and how its deliveries are set up. */
export interface Exporter {
  readonly name: string;
  readonly instance: ExporterInstance;
  readonly description: string;
  /** Shared by its signals. */
  readonly setup: DeliverySetup & { readonly health: DestinationHealth };
}

/** An exporter as a fallback of one signal; undefined, and reported if that surprises, if it cannot be one. */
export function createFallbackRoute<S extends Signal>(
  signal: S,
  { name, instance, setup }: Exporter,
  { delivery }: Config,
  host: Host,
): FallbackRoute<S> | undefined {
  const exporter = attempt(`exporter ${name}`, host, () => instance[signal]?.());
  if (!exporter) return undefined;
  if ('export' in exporter) {
    return new FallbackRoute<S>({ name, signal, exporter, health: setup.health, host, options: delivery });
  }
  // A reader that is fetched from is at work already.
  exporter.shutdown().catch(() => {});
  host.report({
    code: 'CFG003',
    source: 'SIGNALBOX_FALLBACK',
    message: `"${name}" is fetched from and cannot stand in for a destination`,
    expected: 'an exporter that sends',
    used: 'going on without it',
  });
  return undefined;
}
