import type { HeaderSource, Host } from '../../src/core/index.ts';
import { CombinedSource, HeaderFileSource } from '../credentials/index.ts';
import type { SignalSettings } from './settings.ts';

/** Where the headers come from that can change; undefined if there are none. */
export function headerSourceOf(
  { headerFiles, provider }: Pick<SignalSettings, 'headerFiles' | 'provider'>,
  host: Pick<Host, 'clock' | 'every' | 'log' | 'report' | 'credentials'>,
): HeaderSource | undefined {
  const sources: HeaderSource[] = headerFiles.map(
    ({ path, source }) => new HeaderFileSource(path, source, host),
  );
  if (provider) sources.push(host.credentials?.(provider.name) ?? unknownProvider(provider.source, host));
  return sources.length > 1 ? new CombinedSource(sources) : sources[0];
}

/** Nothing is sent without credentials that somebody wanted. */
function unknownProvider(source: string, host: Pick<Host, 'report'>): HeaderSource {
  const mistake = 'names no plug-in that gives credentials';
  host.report({
    code: 'CFG003',
    source,
    message: mistake,
    expected: 'the name of one made with defineCredentials() and loaded by SIGNALBOX_PLUGINS',
    used: 'sending nothing',
  });
  const state = { missing: `${source}: ${mistake}` };
  return {
    get: () => Promise.resolve(state),
    now: () => state,
    refused: () => Promise.resolve(false),
    onChange: () => () => {},
    age: () => undefined,
    close: () => {},
  };
}
