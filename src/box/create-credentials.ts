import { ProviderSource } from '../../exporters/index.ts';
import type { Config } from '../config/index.ts';
import type { AnyComponent, HeaderSource, Host } from '../core/index.ts';
import { createComponent } from './create-component.ts';

/** Finds the credentials that exporters name, each created once, so that all share what was fetched. */
export function createCredentials(
  config: Pick<Config, 'credentials'>,
  components: readonly AnyComponent[],
  host: Host,
): NonNullable<Host['credentials']> {
  const sources = new Map<string, HeaderSource | undefined>();
  return (name) => {
    if (!sources.has(name)) {
      const chosen = config.credentials.find((known) => known.name.toLowerCase() === name.toLowerCase());
      const provider = chosen && createComponent('credentials', chosen, components, host);
      const source = provider && new ProviderSource(name, provider, host);
      // Ahead of the first request, so that they are there even if the process exits before it.
      if (source) host.after(0, () => void source.get(0));
      sources.set(name, source);
    }
    return sources.get(name);
  };
}
