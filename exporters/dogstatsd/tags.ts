import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { LLMOBS_ATTRIBUTE } from '../../src/core/index.ts';
import { safe, tag } from './names.ts';

/** Resource attribute → Datadog's reserved tag. Source: Datadog, unified service tagging. */
const UNIFIED: readonly (readonly [tag: string, attributes: readonly string[]])[] = [
  ['service', ['service.name', 'service']],
  ['env', ['deployment.environment.name', 'deployment.environment', 'env']],
  ['version', ['service.version', 'version']],
];

/**
 * Namespaces that detectors fill: a tag for each process or host, which the Agent knows better. What
 * users set (`team=checkout`) is none of these.
 */
const DETECTED =
  /^(service|deployment|telemetry|process|host|os|container|k8s|cloud|aws|gcp|azure|faas|device|webengine|signalbox)\./;
/** Told by tags of their own, or about traces only. */
const LEFT_OUT = new Set(['service', 'env', 'version', LLMOBS_ATTRIBUTE]);

/** Tags of everything this resource sends, each ready for a line. */
export function resourceTags({ attributes }: Resource, podUid?: string): string[] {
  const tags: (string | undefined)[] = [];
  for (const [name, sources] of UNIFIED) {
    const value = sources.map((source) => attributes[source]).find((found) => found !== undefined);
    tags.push(tag(name, value));
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (!DETECTED.test(key) && !LEFT_OUT.has(key)) tags.push(tag(key, value));
  }
  if (podUid) tags.push(tag('dd.internal.entity_id', podUid));
  return tags.filter((one) => one !== undefined);
}

/** Tags of one series. A series' own tag wins over one of the resource. */
export function seriesTags(attributes: Attributes, common: readonly string[]): string[] {
  const own: string[] = [];
  const keys = new Set<string>();
  for (const [key, value] of Object.entries(attributes)) {
    const one = tag(key, value);
    if (one === undefined) continue;
    own.push(one);
    keys.add(key);
  }
  if (keys.size === 0) return [...common];
  return [...own, ...common.filter((one) => !keys.has(one.slice(0, one.indexOf(':'))))];
}

/** Where a metric comes from, for the container tags that the Agent adds. */
export interface Origin {
  /** `ci-<container id>` or `in-<inode>`. */
  readonly containerId?: string | undefined;
  /** `DD_EXTERNAL_ENV`. */
  readonly externalEnv?: string | undefined;
  readonly cardinality?: string | undefined;
  /** `DD_ENTITY_ID`. */
  readonly podUid?: string | undefined;
}

/** The origin fields of a line. Source: DogStatsD protocol 1.4 (`c:`), 1.5 (`e:`), 1.6 (`card:`). */
export function originFields({ containerId, externalEnv, cardinality }: Origin): string {
  return [
    containerId && `|c:${safe(containerId)}`,
    externalEnv && `|e:${externalEnv.replace(/[|\s]/g, '_')}`,
    cardinality && `|card:${cardinality}`,
  ]
    .filter(Boolean)
    .join('');
}
