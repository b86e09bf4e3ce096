import {
  type DeliverySetup,
  type DestinationHealth,
  type Fallback,
  FallbackRoute,
} from '../../exporters/index.ts';
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

/** What stands in for the destinations. */
export class Fallbacks {
  /** Exporters that do, with the signal. */
  private readonly used = new Set<string>();

  constructor(
    private readonly config: Config,
    private readonly exporters: readonly Exporter[],
    private readonly host: Host,
  ) {}

  /** The fallbacks of a signal, to be shared by all its destinations. */
  of<S extends Signal>(signal: S): { readonly fallback?: Fallback<S> } {
    const { signals, fallback } = this.config;
    // What a signal goes to anyway must not get it a second time.
    const routes = fallback.exporters
      .filter((name) => signals[signal].length > 0 && !signals[signal].includes(name))
      .flatMap((name) => this.exporters.find((exporter) => exporter.name === name) ?? [])
      .flatMap((exporter) => this.routeTo(exporter, signal) ?? []);
    for (const { name } of routes) this.used.add(`${name} ${signal}`);
    return routes.length === 0 ? {} : { fallback: { routes, mode: fallback.mode } };
  }

  /** True for an exporter that stands in for the destinations of a signal. */
  has(signal: Signal, name: string): boolean {
    return this.used.has(`${name} ${signal}`);
  }

  /** Undefined, and reported if that surprises, if the exporter cannot stand in. */
  private routeTo<S extends Signal>(
    { name, instance, setup }: Exporter,
    signal: S,
  ): FallbackRoute<S> | undefined {
    const { host, config } = this;
    const exporter = attempt(`exporter ${name}`, host, () => instance[signal]?.());
    if (!exporter) return undefined;
    if ('export' in exporter) {
      const { health } = setup;
      return new FallbackRoute<S>({ name, signal, exporter, health, host, options: config.delivery });
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
}
