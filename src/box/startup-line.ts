import type { Config } from '../config/index.ts';
import { type Signal, VERSION } from '../core/index.ts';
import type { Assembly, Destination } from './assemble.ts';
import type { Identity } from './resource.ts';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/**
 * The one line that says what is running: version, service, destinations (hosts, never secrets),
 * sampler, propagators and number of instrumentations.
 */
export function startupLine(
  config: Config,
  identity: Identity,
  { destinations, fallbacks }: Pick<Assembly, 'destinations' | 'fallbacks'>,
  instrumentations: number,
): string {
  const parts = [
    `${VERSION} started: service ${describeService(identity)}`,
    ...destinations.map(
      ({ name, signals, description }) => `${signals.join('+')} → ${name} (${description})`,
    ),
    ...describeFallbacks(config, fallbacks),
    ...describeOff(config),
    `sampler ${config.sampler.name}`,
    `propagators ${config.propagators.map(({ name }) => name).join(',') || 'none'}`,
    `${instrumentations} instrumentation${instrumentations === 1 ? '' : 's'}`,
  ];
  return parts.join('; ');
}

function describeService({ name, version, source }: Identity): string {
  const suffix = version ? ` ${version}` : '';
  if (source === 'package.json')
    return `${name}${suffix} (from package.json; set OTEL_SERVICE_NAME to change it)`;
  if (source === 'default') return `${name}${suffix} (set OTEL_SERVICE_NAME to name it)`;
  return `${name}${suffix}`;
}

/** In the order they are tried, which is not that of the exporters. */
function describeFallbacks({ fallback }: Config, fallbacks: readonly Destination[]): string[] {
  const described = fallback.exporters
    .flatMap((name) => fallbacks.find((one) => one.name === name) ?? [])
    .map(({ name, description }) => `${name} (${description})`);
  if (described.length === 0) return [];
  return [`fallback ${described.join(', then ')}${fallback.mode === 'mirror' ? ', mirrored' : ''}`];
}

function describeOff(config: Config): string[] {
  const off = SIGNALS.filter((signal) => config.signals[signal].length === 0);
  return off.length > 0 ? [`${off.join('+')} off`] : [];
}
