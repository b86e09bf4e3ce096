import { OPENINFERENCE } from './openinference.ts';
import { OPENTELEMETRY } from './opentelemetry.ts';
import { PLAIN } from './plain.ts';
import type { Dialect } from './rule.ts';
import { TRACELOOP } from './traceloop.ts';
import { VERCEL } from './vercel.ts';

export type { Dialect, Draft, Rule } from './rule.ts';

/** In this order; the first that has a value for an attribute or the operation wins. */
export const DIALECTS: readonly Dialect[] = [OPENTELEMETRY, OPENINFERENCE, TRACELOOP, VERCEL, PLAIN];
