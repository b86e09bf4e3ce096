import { BUILT_IN_EXPORTERS } from '../../exporters/index.ts';
import { BUILT_IN_PROCESSORS } from '../../processors/index.ts';
import { BUILT_IN_PROPAGATORS } from '../../propagators/index.ts';
import { BUILT_IN_SAMPLERS } from '../../samplers/index.ts';
import type { AnyComponent } from '../core/index.ts';
import { GENAI_INSTRUMENTATIONS } from '../genai/index.ts';

/** Every component that comes with Signalbox. Processors stand in the order of the chain. */
export const BUILT_IN_COMPONENTS: readonly AnyComponent[] = [
  ...BUILT_IN_EXPORTERS,
  ...BUILT_IN_PROPAGATORS,
  ...BUILT_IN_SAMPLERS,
  ...BUILT_IN_PROCESSORS,
  ...GENAI_INSTRUMENTATIONS,
];
