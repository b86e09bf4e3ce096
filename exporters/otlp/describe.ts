import type { Signal } from '../../src/core/index.ts';
import type { OtlpSettings, SignalSettings } from './settings.ts';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** Where it all goes, without paths, queries and credentials: `http/protobuf to collector:4318`. */
export function describeOtlp(settings: OtlpSettings): string {
  const byPlace = new Map<string, Signal[]>();
  for (const signal of SIGNALS) {
    const place = describeSignal(settings[signal]);
    byPlace.set(place, [...(byPlace.get(place) ?? []), signal]);
  }
  const places = [...byPlace];
  if (places.length === 1) return places[0]?.[0] ?? '';
  return places.map(([place, signals]) => `${signals.join(', ')} ${place}`).join('; ');
}

function describeSignal({ protocol, target, socketPath }: SignalSettings): string {
  if (socketPath !== undefined) return `${protocol} to unix:${socketPath}`;
  return `${protocol} to ${typeof target === 'string' ? new URL(target).host : target.address}`;
}
