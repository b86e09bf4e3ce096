export type { AttributeType, GenAiAttributeName, GenAiAttributes } from './attributes.ts';
export { ATTR, GENAI_ATTRIBUTES, OWN_ATTR, SCHEMA_URL } from './attributes.ts';
export type { ErrorCategory } from './errors.ts';
export { ERROR_CATEGORIES, errorCategory, errorCodeFromStatus, secondsToWait } from './errors.ts';
export type { MetricSet, MetricSpec } from './metrics.ts';
export { METRICS_1_41, METRICS_LATEST, OWN_METRICS } from './metrics.ts';
export type { Operation } from './operations.ts';
export {
  isBilled,
  isInference,
  OPERATIONS,
  PROVIDERS,
  providerName,
  spanKind,
  spanName,
} from './operations.ts';
export type { Profile } from './profile.ts';
export { PROFILES } from './profile.ts';
export { CAPTURE, CONTENT, STABILITY_OPT_IN } from './settings.ts';
