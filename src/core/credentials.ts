import type { Component, Stability } from './component.ts';
import { defineComponent } from './component.ts';
import type { EnvReader } from './env-reader.ts';
import type { Host } from './host.ts';
import type { AnyVariable } from './variable.ts';

/** Headers that authenticate requests, and until when they do. */
export interface Credentials {
  /** E.g. `{ authorization: 'Bearer …' }`. With gRPC they are metadata. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch. Without it they hold until the backend refuses them. */
  readonly expiresAt?: number;
}

/** Fetches credentials, e.g. from a vault, a metadata service or an OAuth token endpoint. */
export interface CredentialsProvider {
  /**
   * Fetches them anew: the result is cached, so this is called when they run out or were refused,
   * and never twice at a time. What it rejects with is never shown, since it may hold a secret; only
   * a `code` such as `ECONNREFUSED` is.
   *
   * @param signal aborted when nobody waits any longer
   */
  get(signal: AbortSignal): Promise<Credentials>;
}

/** What {@link defineCredentials} takes; only the name and `create` must be there. */
export interface CredentialsDefinition<C> {
  /** The word users write, e.g. `vault` in `SIGNALBOX_OTLP_CREDENTIALS=vault`. */
  readonly name: string;
  readonly stability?: Stability;
  readonly doc?: string;
  readonly variables?: readonly AnyVariable[];
  fromEnv?(env: EnvReader): C;
  create(config: C, host: Host): CredentialsProvider;
}

/**
 * A plug-in that gives exporters the credentials for their requests.
 *
 * @example
 * export default defineCredentials({
 *   name: 'vault',
 *   create: () => ({
 *     async get(signal) {
 *       const { token, expires } = await readToken({ signal });
 *       return { headers: { authorization: `Bearer ${token}` }, expiresAt: expires };
 *     },
 *   }),
 * });
 */
export function defineCredentials<C = undefined>(
  definition: CredentialsDefinition<C>,
): Component<'credentials', C> {
  const { name, stability = 'stable', doc = `Credentials of ${name}.`, variables = [] } = definition;
  return defineComponent<'credentials', C>({
    kind: 'credentials',
    name,
    stability,
    doc,
    variables,
    fromEnv: (env) => definition.fromEnv?.(env) as C,
    create: (config, host) => definition.create(config, host),
  });
}

/** The headers of the next request, or why there are none. */
export type HeaderState =
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly missing: string };

/** Where the headers of requests come from, when they can change while the process runs. */
export interface HeaderSource {
  /** What the next request carries; waits, at most `timeout` ms (0 for no limit). Never rejects. */
  get(timeout: number): Promise<HeaderState>;
  /** What is there now, for the exit, where nothing can be waited for. */
  now(): HeaderState;
  /** The backend has refused `used`, which {@link get} gave. True if there is something else to try. */
  refused(used: Readonly<Record<string, string>>, timeout: number): Promise<boolean>;
  /** Calls back when the headers have changed. @returns a function that ends this */
  onChange(changed: () => void): () => void;
  /** Milliseconds since the headers were made; undefined if there are none. */
  age(): number | undefined;
  /** Stops watching. */
  close(): void;
}
