import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { keepOwnHttpHeaders, keepOwnUndiciHeaders } from '../../propagators/index.ts';
import type { Config } from '../config/index.ts';
import { errorMessage, nearest, type Report } from '../core/index.ts';
import { findPackage, loadFrom } from './application.ts';
import { guardPatches } from './instrumentation-guard.ts';
import { OFF_BY_DEFAULT, OFFICIAL_INSTRUMENTATIONS } from './instrumentation-list.ts';
import { keep } from './kept-instrumentations.ts';
import { LogCorrelation } from './log-correlation.ts';

type InstrumentationClass = new (config?: object) => Instrumentation;

/**
 * What dd-trace sends to its Agent where both run: telemetry, which nobody wants to see traced. Source:
 * the Agent's trace receiver, `pkg/trace/api/endpoints.go`.
 */
const DATADOG_INTAKE =
  /^\/(?:v0\.\d\/(?:traces|services|stats|config|pipeline_stats)|telemetry\/proxy\/|dogstatsd\/v2\/proxy|evp_proxy\/v\d\/|profiling\/v1\/|debugger\/v\d\/)/;

/** Instrumentations that come with Signalbox. */
const BUILT_IN: Readonly<Record<string, () => Instrumentation>> = {
  http: () =>
    new HttpInstrumentation({
      startOutgoingSpanHook: keepOwnHttpHeaders,
      ignoreOutgoingRequestHook: ({ path }) => DATADOG_INTAKE.test(path ?? ''),
    }),
  undici: () =>
    new UndiciInstrumentation({
      requestHook: keepOwnUndiciHeaders,
      // Model calls that failed are told from it how long to wait.
      headersToSpanAttributes: { responseHeaders: ['retry-after'] },
    }),
  'runtime-node': () => new RuntimeNodeInstrumentation(),
};

const AUTO = '@opentelemetry/auto-instrumentations-node';

/**
 * Creates the instrumentations to use: built in, and every official one that is installed in the
 * application together with a package it instruments. One that throws is reported and left out.
 *
 * @param directories where the application's packages are looked for
 * @param correlation what loggers add to their records
 */
export function createInstrumentations(
  { instrumentations: wanted, signals }: Config,
  directories: readonly string[],
  report: Report,
  correlation = new LogCorrelation(signals.logs.length > 0),
): Instrumentation[] {
  const auto = findPackage(AUTO, directories);
  const sources = auto ? [...directories, auto] : directories;
  const plugged = wanted.plugged.map(({ name }) => name);
  const asked = (wanted.enabled ?? []).filter((name) => !plugged.includes(name));
  reportNotInstalled(asked, sources, report);
  const created: Instrumentation[] = [];
  for (const name of [...Object.keys(BUILT_IN), ...Object.keys(OFFICIAL_INSTRUMENTATIONS)]) {
    if (!isWanted(name, wanted)) continue;
    try {
      const builtIn = BUILT_IN[name];
      const instrumentation = builtIn
        ? keep(name, () => guardPatches(name, builtIn(), report))
        : loadOfficial(name, sources, directories, report);
      const options = correlation.optionsFor(name);
      if (options) instrumentation?.setConfig(options);
      if (instrumentation) created.push(instrumentation);
    } catch (error) {
      report({
        code: 'INS001',
        source: `instrumentation ${name}`,
        message: `failed to load: ${errorMessage(error)}`,
        used: 'going on without it',
      });
    }
  }
  return created;
}

/** Those that carry trace context over HTTP, unless they are turned off. */
export function createPassThrough(
  config: Config,
  directories: readonly string[],
  report: Report,
): Instrumentation[] {
  const enabled = ['http', 'undici'].filter((name) => isWanted(name, config.instrumentations));
  const instrumentations = { ...config.instrumentations, enabled };
  return createInstrumentations({ ...config, instrumentations }, directories, report);
}

function isWanted(name: string, { enabled, disabled }: Config['instrumentations']): boolean {
  if (disabled.includes(name)) return false;
  return enabled ? enabled.includes(name) : !OFF_BY_DEFAULT.has(name);
}

function loadOfficial(
  name: string,
  sources: readonly string[],
  directories: readonly string[],
  report: Report,
): Instrumentation | undefined {
  const packageName = `@opentelemetry/instrumentation-${name}`;
  const directory = findPackage(packageName, sources);
  const targets = OFFICIAL_INSTRUMENTATIONS[name] ?? [];
  const hasTarget = targets.length === 0 || targets.some((target) => findPackage(target, directories));
  if (!directory || !hasTarget) return undefined;
  return keep(directory, () => guardPatches(name, construct(loadFrom(directory, packageName)), report));
}

/** Creates the instrumentation that a package exports, whatever its class is called. */
function construct(exports: unknown, config?: object): Instrumentation {
  for (const [name, value] of Object.entries(exports as Record<string, unknown>)) {
    const isClass = typeof value === 'function' && typeof value.prototype?.enable === 'function';
    if (isClass && name.endsWith('Instrumentation')) return new (value as InstrumentationClass)(config);
  }
  throw new Error('no class with a name ending in Instrumentation is exported');
}

function reportNotInstalled(enabled: readonly string[], sources: readonly string[], report: Report): void {
  const known = [...Object.keys(BUILT_IN), ...Object.keys(OFFICIAL_INSTRUMENTATIONS)];
  for (const name of enabled) {
    if (Object.hasOwn(BUILT_IN, name) || findPackage(`@opentelemetry/instrumentation-${name}`, sources))
      continue;
    const didYouMean = known.includes(name) ? undefined : nearest(name, known);
    report({
      code: 'INS002',
      source: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
      message: `"${name}" is not installed (@opentelemetry/instrumentation-${name})`,
      ...(didYouMean ? { didYouMean } : {}),
      used: 'going on without it',
    });
  }
}
