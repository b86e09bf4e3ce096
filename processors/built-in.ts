import type { AnyComponent } from '../src/core/index.ts';
import { cardinality } from './cardinality/index.ts';
import { genai } from './genai/index.ts';
import { redaction } from './redaction/index.ts';
import { spanWatch } from './span-watch/index.ts';

/** The processors of the chain, in the order in which telemetry passes them. */
export const BUILT_IN_PROCESSORS: readonly AnyComponent<'processor'>[] = [
  spanWatch,
  genai,
  redaction,
  cardinality,
];
