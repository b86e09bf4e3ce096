import type { Report } from '../core/index.ts';

/** The version of the OpenTelemetry API that Signalbox is built for. */
const API_VERSIONS = { major: 1, minor: 10 };

/**
 * Looks at the global OpenTelemetry API before Signalbox registers itself there.
 *
 * @returns false if another SDK is in place already, so that Signalbox cannot be the global one
 */
export function checkGlobalApi(report: Report): boolean {
  // The key is part of the API's contract between copies of itself: opentelemetry.js.api.<major>.
  const api = Reflect.get(globalThis, Symbol.for(`opentelemetry.js.api.${API_VERSIONS.major}`)) as
    | { version?: string; trace?: unknown; metrics?: unknown; logs?: unknown }
    | undefined;
  if (!api) return true;
  const [major, minor] = (api.version ?? '').split('.').map(Number);
  if (major !== API_VERSIONS.major || minor !== API_VERSIONS.minor) {
    report({
      code: 'SDK003',
      source: '@opentelemetry/api',
      message: `version ${api.version} was registered first by another package`,
      expected: `version ${API_VERSIONS.major}.${API_VERSIONS.minor}`,
      used: 'not starting telemetry; load Signalbox first, or use one version of @opentelemetry/api',
    });
    return false;
  }
  const taken = (['trace', 'metrics', 'logs'] as const).filter((signal) => api[signal]);
  if (taken.length === 0) return true;
  report({
    code: 'SDK002',
    source: '@opentelemetry/api',
    message: `another OpenTelemetry SDK is registered already for ${taken.join(', ')} (${nameOf(api[taken[0] as 'trace'])})`,
    used: 'not starting telemetry; remove the other set-up, or load Signalbox before it',
  });
  return false;
}

/** Something to recognise the other SDK by. */
function nameOf(provider: unknown): string {
  const delegate = (provider as { getDelegate?: () => unknown } | undefined)?.getDelegate?.() ?? provider;
  return (delegate as object | undefined)?.constructor?.name ?? 'unknown';
}
