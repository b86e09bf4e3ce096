import { readFileSync, statSync } from 'node:fs';

/** Who this process is to the Agent, which adds the tags of the container from it. */
export interface Entity {
  /** The container's id. */
  readonly containerId?: string;
  /** `ci-<container id>` or `in-<inode of the cgroup>`. */
  readonly entityId?: string;
}

/** Source: Datadog tracers: 64 hex digits, a UUID (also with `_`), or an ECS task `32hex-digits`. */
const CONTAINER =
  /(?:^|\/)[^/\n]*?([0-9a-f]{64}|[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32}-\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){4})(?:\.scope)?$/;

/**
 * Reads `/proc/self/cgroup`. Nothing is known outside Linux or without permission.
 *
 * @param root where the file system begins; tests have one of their own
 */
export function readEntity(root = ''): Entity {
  let lines: string[];
  try {
    lines = readFileSync(`${root}/proc/self/cgroup`, 'utf8').split('\n');
  } catch {
    return {};
  }
  for (const line of lines) {
    const containerId = CONTAINER.exec(line.trim())?.[1];
    if (containerId) return { containerId, entityId: `ci-${containerId}` };
  }
  const inode = inodeOf(lines, root);
  return inode ? { entityId: `in-${inode}` } : {};
}

/** The inode of the cgroup: the version 2 path, or the memory controller of version 1. */
function inodeOf(lines: readonly string[], root: string): number | undefined {
  for (const line of lines) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.+)$/.exec(line.trim()) ?? [];
    if (!path || (controllers !== '' && controllers !== 'memory')) continue;
    try {
      const { ino } = statSync(`${root}/sys/fs/cgroup/${controllers}${path}`);
      // 2 and below are the root of a file system: everybody's.
      if (ino > 2) return ino;
    } catch {
      // Not mounted here; another line may do.
    }
  }
  return undefined;
}

/** The headers that say so. */
export function entityHeaders(
  { containerId, entityId }: Entity,
  externalEnv?: string,
): Record<string, string> {
  return {
    ...(containerId ? { 'Datadog-Container-Id': containerId } : {}),
    ...(entityId ? { 'Datadog-Entity-ID': entityId } : {}),
    ...(externalEnv ? { 'Datadog-External-Env': externalEnv } : {}),
  };
}
