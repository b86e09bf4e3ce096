import type { Attributes } from '@opentelemetry/api';
import { USER_KEEP, USER_REJECT } from './outcome.ts';

/** False if nothing was said, also where the attributes may hold what is not valid. */
export function mayBeManual(attributes: Attributes): boolean {
  return (
    attributes['manual.keep'] !== undefined ||
    attributes['manual.drop'] !== undefined ||
    attributes['sampling.priority'] !== undefined
  );
}

/**
 * The user's word on a trace, by the attributes dd-trace reads: `manual.keep` and `manual.drop`
 * (anything but `false`), then `sampling.priority` (1, 2: keep; 0, -1: drop).
 *
 * @returns the priority, or undefined if nothing was said
 */
export function manualPriority(attributes: Attributes): number | undefined {
  const keep = attributes['manual.keep'];
  if (keep !== undefined && keep !== false) return USER_KEEP;
  const drop = attributes['manual.drop'];
  if (drop !== undefined && drop !== false) return USER_REJECT;
  const given = attributes['sampling.priority'];
  if (given === undefined) return undefined;
  const priority = typeof given === 'string' || typeof given === 'number' ? Math.trunc(Number(given)) : NaN;
  if (priority === 1 || priority === 2) return USER_KEEP;
  return priority === 0 || priority === -1 ? USER_REJECT : undefined;
}
