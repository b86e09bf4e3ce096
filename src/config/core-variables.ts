import type { AnyComponent, AnyVariable } from '../core/index.ts';
import { DELIVERY } from './variables/delivery.ts';
import { GENERAL } from './variables/general.ts';
import { IDENTITY } from './variables/identity.ts';
import { LIMITS } from './variables/limits.ts';
import { PIPELINE } from './variables/pipeline.ts';
import { PROPAGATION } from './variables/propagation.ts';
import { SIGNALS } from './variables/signals.ts';
import { SPOOL } from './variables/spool.ts';

/** The settings of Signalbox itself; components add their own. */
export const CORE_VARIABLES: readonly AnyVariable[] = [
  ...GENERAL,
  ...IDENTITY,
  ...SIGNALS,
  ...LIMITS,
  ...PIPELINE,
  ...PROPAGATION,
  ...DELIVERY,
  ...SPOOL,
];

/**
 * Every setting of Signalbox and of the given components, one row per name. What a component declares
 * takes the place of a core setting that is not yet active: the feature is there.
 */
export function allVariables(components: readonly AnyComponent[]): AnyVariable[] {
  const byName = new Map<string, AnyVariable>();
  const takenPaths = new Set<string>();
  const all = [...CORE_VARIABLES, ...components.flatMap((component) => component.variables)];
  for (const variable of all) {
    const before = byName.get(variable.name);
    if (!before || (before.notYetActive && !variable.notYetActive)) byName.set(variable.name, variable);
    if (variable.yaml !== undefined && !variable.notYetActive) takenPaths.add(variable.yaml);
  }
  return [...byName.values()].filter(({ notYetActive, yaml = '' }) => !notYetActive || !takenPaths.has(yaml));
}
