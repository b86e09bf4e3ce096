import type { ContextManager } from '@opentelemetry/api';
import { containerDetector } from '@opentelemetry/resource-detector-container';
import {
  type DetectedResourceAttributes,
  defaultResource,
  detectResources,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
} from '@opentelemetry/resources';
import type { Config } from '../config/index.ts';
import { errorMessage, type Host, nearest, type Report, VERSION } from '../core/index.ts';
import { type Application, findPackage, loadFrom } from './application.ts';
import { withinDeadline } from './cloud-detection.ts';
import { serviceInstanceDetector } from './service-instance.ts';

/** Who the service is, and where the name comes from if nobody configured it. */
export interface Identity {
  readonly name: string;
  readonly version?: string;
  readonly source?: 'package.json' | 'default';
}

/** The configured name, else the application's package.json, else the name the specification gives. */
export function identify({ service }: Config, application: Application): Identity {
  const version = service.version ?? application.version;
  const known = version ? { version } : {};
  if (service.name) return { name: service.name, ...known };
  if (application.name) return { name: application.name, ...known, source: 'package.json' };
  return { name: 'unknown_service:node', ...known, source: 'default' };
}

/** Detectors of Signalbox's own dependencies, in order. */
const BUILT_IN: Readonly<Record<string, () => ResourceDetector>> = {
  host: () => hostDetector,
  os: () => osDetector,
  process: () => processDetector,
  serviceinstance: () => serviceInstanceDetector,
  container: () => containerDetector,
};

/** Detectors of packages that the application may have installed. */
const OPTIONAL: Readonly<Record<string, string>> = {
  aws: '@opentelemetry/resource-detector-aws',
  gcp: '@opentelemetry/resource-detector-gcp',
  azure: '@opentelemetry/resource-detector-azure',
  alibaba: '@opentelemetry/resource-detector-alibaba-cloud',
};

/**
 * The resource of everything this process sends. What is configured wins over what is detected.
 * Source of the names: semantic conventions, service, deployment, telemetry.distro.
 */
export function createResource(
  config: Config,
  identity: Identity,
  application: Application,
  contextManager: ContextManager,
  host: Host,
): Resource {
  const { version = undefined } = identity;
  const { environment } = config.service;
  const configured: DetectedResourceAttributes = {
    ...config.resource.attributes,
    'service.name': identity.name,
    ...(version ? { 'service.version': version } : {}),
    ...(environment ? { 'deployment.environment.name': environment } : {}),
    'telemetry.distro.name': 'signalbox',
    'telemetry.distro.version': VERSION,
  };
  const { builtIn, optional } = findDetectors(config.resource.detectors, application, host.report);
  const detectors = [...builtIn, ...withinDeadline(optional, contextManager, host), fixed(configured)];
  return defaultResource().merge(detectResources({ detectors }));
}

function fixed(attributes: DetectedResourceAttributes): ResourceDetector {
  return { detect: () => ({ attributes }) };
}

function findDetectors(wanted: readonly string[], application: Application, report: Report) {
  const names = wanted.map((name) => name.toLowerCase());
  if (names.includes('none')) return { builtIn: [], optional: [] };
  const all = [...Object.keys(BUILT_IN), ...Object.keys(OPTIONAL)];
  for (const name of names) {
    if (name === 'all' || name === 'env' || all.includes(name)) continue;
    const didYouMean = nearest(name, all);
    report({
      code: 'CFG003',
      source: 'OTEL_NODE_RESOURCE_DETECTORS',
      message: `"${name}" is not known`,
      expected: ['all', 'none', 'env', ...all].join(', '),
      ...(didYouMean ? { didYouMean } : {}),
      used: 'going on without it',
    });
  }
  const chosen = names.includes('all') ? all : all.filter((name) => names.includes(name));
  return {
    builtIn: chosen.flatMap((name) => attempt(name, report, () => [BUILT_IN[name]?.() ?? []].flat())),
    optional: chosen.flatMap((name) =>
      attempt(name, report, () => optionalDetectors(OPTIONAL[name], application)),
    ),
  };
}

/** One that cannot be loaded is reported and left out. */
function attempt(name: string, report: Report, find: () => ResourceDetector[]): ResourceDetector[] {
  try {
    return find();
  } catch (error) {
    report({
      code: 'CMP001',
      source: `resource detector ${name}`,
      message: `cannot be loaded: ${errorMessage(error)}`,
      used: 'going on without it',
    });
    return [];
  }
}

/** Every detector that an installed package exports, e.g. `awsEc2Detector`. */
function optionalDetectors(packageName: string | undefined, application: Application): ResourceDetector[] {
  const directory = packageName && findPackage(packageName, application.directories);
  if (!packageName || !directory) return [];
  const exports = loadFrom(directory, packageName) as Record<string, unknown>;
  return Object.entries(exports).flatMap(([key, value]) =>
    /Detector$/.test(key) && isDetector(value) ? [value] : [],
  );
}

function isDetector(value: unknown): value is ResourceDetector {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'detect') === 'function';
}
