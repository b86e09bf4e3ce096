import type { TextMapPropagator } from '@opentelemetry/api';
import { errorMessage, type Host } from '../src/core/index.ts';
import { CompositePropagator, type ExtractBehavior, type NamedPropagator } from './composite-propagator.ts';

/** What is read and what is written, by the names of components. */
export interface PropagatorConfig {
  /** In order of precedence. */
  readonly extract: readonly string[];
  readonly inject: readonly string[];
  readonly extractFirst: boolean;
  readonly behavior: ExtractBehavior;
}

/**
 * The configured propagators as one that merges.
 *
 * @param propagators the created components by name; names without one are skipped
 */
export function createPropagator(
  config: PropagatorConfig,
  host: Pick<Host, 'log' | 'counters'>,
  propagators: Readonly<Record<string, TextMapPropagator | undefined>>,
): TextMapPropagator {
  const { extractFirst, behavior } = config;
  const named = (names: readonly string[]): NamedPropagator[] =>
    names.flatMap((name) => {
      const propagator = Object.hasOwn(propagators, name) ? propagators[name] : undefined;
      return propagator ? [{ name, propagator }] : [];
    });
  return new CompositePropagator({
    extract: named(config.extract),
    inject: named(config.inject),
    extractFirst,
    behavior,
    onError: (error) => {
      host.counters.add('signalbox.propagation.errors');
      host.log.warn(`trace context was not propagated: ${errorMessage(error)}`);
    },
  });
}
