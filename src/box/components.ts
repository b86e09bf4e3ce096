import { BUILT_IN_EXPORTERS } from '../../exporters/index.ts';
import { BUILT_IN_PROPAGATORS } from '../../propagators/index.ts';
import { STANDARD_SAMPLERS } from '../../samplers/index.ts';
import type { AnyComponent } from '../core/index.ts';

/** Every component that comes with Signalbox. Processors stand in the order of the chain. */
export const BUILT_IN_COMPONENTS: readonly AnyComponent[] = [
  ...BUILT_IN_EXPORTERS,
  ...BUILT_IN_PROPAGATORS,
  ...STANDARD_SAMPLERS,
];
