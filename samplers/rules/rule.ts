/** What a rule does with the traces it matches. */
export type RateSpec =
  /** Keeps this share: 1 is `keep`, 0 is `drop`. */
  | { readonly kind: 'fixed'; readonly rate: number }
  /** `N/s`: a rate that follows the load so that about `target` traces per second are kept. */
  | { readonly kind: 'adaptive'; readonly target: number; readonly min?: number; readonly max?: number }
  /** `<=N/s`: everything up to a hard limit of spans per second, nothing above it. */
  | { readonly kind: 'limit'; readonly perSecond: number };

/** Conditions without a value. */
export const FLAGS = ['error', 'llm', 'agent', 'root', 'remote', 'sampled'] as const;
export type Flag = (typeof FLAGS)[number];

/** Keys with a meaning of their own; any other key is an attribute. */
export const FIELDS = [
  'duration',
  'span.duration',
  'tokens',
  'spans',
  'name',
  /** Datadog's names: the attributes `operation.name` and `resource.name`, else the span's name. */
  'operation',
  'resource',
  'service',
  'kind',
  'status',
  'event',
] as const;
export type Field = (typeof FIELDS)[number];

/** Fields compared with numbers: milliseconds or counts. */
export const NUMERIC_FIELDS: readonly Field[] = ['duration', 'span.duration', 'tokens', 'spans'];

/** What a comparison reads. */
export type Key =
  | { readonly field: Field }
  | { readonly tracestate: string }
  /** With `entry`, only the local root's attribute counts (`root.<key>`). */
  | { readonly attribute: string; readonly entry?: true };

/** What a comparison asks. Numbers of time are milliseconds. */
export type Test =
  | { readonly op: 'exists' }
  | { readonly op: 'glob'; readonly patterns: readonly string[] }
  | { readonly op: 'regex'; readonly source: string }
  | { readonly op: '>' | '>=' | '<' | '<='; readonly value: number }
  /** Both ends inclusive. */
  | { readonly op: 'range'; readonly from: number; readonly to: number };

/** One condition of a rule. */
export type Condition =
  | { readonly kind: 'flag'; readonly flag: Flag }
  | { readonly kind: 'compare'; readonly key: Key; readonly test: Test }
  /** `{…}`: all of them on one and the same span, whichever it is. */
  | { readonly kind: 'same'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

/** One line of the list: the first rule whose conditions all hold decides. */
export interface Rule {
  readonly rate: RateSpec;
  /** All must hold; none means that the rule always matches. */
  readonly conditions: readonly Condition[];
  /** `# name`, used in metrics and on kept traces instead of the text. */
  readonly name?: string;
  /** `_dd.p.dm` of traces it keeps. Default `-3`, a rule. */
  readonly decisionMaker?: string;
  /** Which coin is tossed; `traceidratio` is OpenTelemetry's older hash without `th`. */
  readonly coin?: 'consistent' | 'traceidratio';
  /** True if the traces it keeps are counted against the rate limit (`DD_TRACE_RATE_LIMIT`). */
  readonly limited?: boolean;
}
