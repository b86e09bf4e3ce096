import type { TextMapPropagator } from '@opentelemetry/api';
import { createPropagator as mergePropagators } from '../../propagators/index.ts';
import type { Config } from '../config/index.ts';
import type { AnyComponent, Host } from '../core/index.ts';
import { createComponent } from './create-component.ts';

/** The configured propagators as one. */
export function createPropagator(
  config: Config,
  components: readonly AnyComponent[],
  host: Host,
): TextMapPropagator {
  const created = config.propagators.map(
    (chosen) => [chosen.name, createComponent('propagator', chosen, components, host)] as const,
  );
  return mergePropagators(config.propagation, host, Object.fromEntries(created));
}
